/// The Compliance room.
enum ComplianceRoom {}
