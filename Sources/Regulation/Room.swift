/// The Regulation room.
enum RegulationRoom {}
