/// The Transition room.
enum TransitionRoom {}
