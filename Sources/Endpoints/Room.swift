/// The Endpoints room.
enum EndpointsRoom {}
