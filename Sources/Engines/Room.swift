/// The Engines room.
enum EnginesRoom {}
