/// The Automation room.
enum AutomationRoom {}
