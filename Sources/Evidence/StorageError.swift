/// What went wrong in a repository. Branch on ``code``; ``message`` is for people and says what to do next.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sort of failure; more may be added.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// Stable, lower camel case: for JSON output and logs.
        public let description: String
        private init(_ name: String) { description = name }

        /// Somebody else is writing. Trying again later may work.
        public static let locked = Code("locked")
        /// The file, its folder or the way it was opened does not allow writing.
        public static let readOnly = Code("readOnly")
        /// The file is damaged, or not what it should be.
        public static let corrupt = Code("corrupt")
        /// No room on the disk, or a size limit is reached. Nothing was written.
        public static let full = Code("full")
        /// Written by a newer version of the program.
        public static let newerSchema = Code("newerSchema")
        /// It is not there.
        public static let notFound = Code("notFound")
        /// The disk or the operating system failed.
        public static let io = Code("io")
        /// The operating system forbids it, or permissions are too wide for something secret.
        public static let permission = Code("permission")
        /// What is stored is not what the caller believed; nothing was written.
        public static let conflict = Code("conflict")
        /// The state the caller planned on is no longer the newest; nothing was written.
        public static let stale = Code("stale")
        /// A key does not fit what it should open or sign.
        public static let wrongKey = Code("wrongKey")
        /// A second person must agree first; nothing was written.
        public static let notApproved = Code("notApproved")
        /// Anything else.
        public static let other = Code("other")
    }

    /// The sort of failure.
    public let code: Code
    /// Names the thing, what happened and what to do next; never a secret.
    public let message: String

    /// Creates an error.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
