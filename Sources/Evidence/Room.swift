/// The Evidence room.
enum EvidenceRoom {}
