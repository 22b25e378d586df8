/// The CMDB room.
enum CMDBRoom {}
