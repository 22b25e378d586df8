extension SSHClient {
    /// How sessions are kept, and how many there may be.
    public struct Settings: Sendable {
        /// How long a session that nobody uses is kept open for the next one; zero keeps none.
        public var idleTime: Duration
        /// Beyond so many connections the one unused for longest is closed; those in use always stay.
        public var maximumSessions: Int
        /// Connections being opened at the same time, in all.
        public var handshakes: Int
        /// Connections being opened to one address and port at the same time (sshd's `MaxStartups` begins to drop at 10).
        public var handshakesPerServer: Int
        /// Commands at work on one connection at the same time (sshd's `MaxSessions`).
        public var channels: Int
        /// How long a kept connection may take for its first answer before a new one is opened instead.
        public var checkTime: Duration
        /// The SSH agent's socket for ``ShellCredential/agent``; nil takes `SSH_AUTH_SOCK`.
        public var agentSocket: String?

        /// Creates settings; sensible for some thousands of servers asked every few minutes.
        public init(
            idleTime: Duration = .seconds(300), maximumSessions: Int = 1000, handshakes: Int = 50,
            handshakesPerServer: Int = 4, channels: Int = 10, checkTime: Duration = .seconds(5),
            agentSocket: String? = nil
        ) {
            self.agentSocket = agentSocket
            self.idleTime = max(.zero, idleTime)
            self.maximumSessions = max(1, maximumSessions)
            self.handshakes = max(1, handshakes)
            self.handshakesPerServer = max(1, handshakesPerServer)
            self.channels = max(1, channels)
            self.checkTime = max(.milliseconds(1), checkTime)
        }
    }

    /// What the client has done since it was made.
    public struct Statistics: Sendable, Equatable {
        /// Connections begun, those to jump hosts and for host keys included.
        public var connects = 0
        /// Connections that got through the login.
        public var logins = 0
        /// Sessions handed out on a connection that was open already.
        public var reused = 0
        /// Sessions moved to a new connection because the kept one was dead.
        public var moved = 0
        /// Unused connections closed because there were too many.
        public var evicted = 0
        /// Connections open now.
        public var open = 0
        /// Sessions entered by the system's `ssh` instead of the library.
        public var fallbacks = 0
    }
}
