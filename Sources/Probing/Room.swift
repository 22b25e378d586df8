/// The Probing room.
enum ProbingRoom {}
