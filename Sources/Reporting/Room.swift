/// The Reporting room.
enum ReportingRoom {}
