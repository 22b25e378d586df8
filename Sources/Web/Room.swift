/// The Web room.
enum WebRoom {}
