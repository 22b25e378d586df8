/// The SSH room.
enum SSHRoom {}
