/// The Storage room.
enum StorageRoom {}
