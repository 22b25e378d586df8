public import Testing

extension Tag {
    /// Pure values; thousands run in a second.
    @Tag public static var small: Self
    /// Fakes, in-memory databases, files in a temporary folder.
    @Tag public static var medium: Self
    /// Real servers and child processes on loopback.
    @Tag public static var large: Self
}
