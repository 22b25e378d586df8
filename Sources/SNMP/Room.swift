/// The SNMP room.
enum SNMPRoom {}
