/// The Continuity room.
enum ContinuityRoom {}
