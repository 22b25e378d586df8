/// The Commands room.
enum CommandsRoom {}
