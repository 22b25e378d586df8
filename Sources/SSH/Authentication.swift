import CLibSSH
import Remote

/// Proves who we are, after the host key has been checked.
struct Authentication {
    enum Step {
        case waiting
        case accepted
        case failed(RemoteError.Code, String)
    }

    private let login: Login
    private let user: String
    /// Servers that take passwords only in the question-and-answer form (RFC 4256).
    private var isInteractive = false
    private var rounds = 0
    private var hasAnswered = false

    init(_ login: Login, user: String) {
        self.login = login
        self.user = user
    }

    /// Goes on without waiting.
    mutating func step(_ session: SessionHandle) -> Step {
        let raw = session.raw
        var code: Int32
        switch login {
        case .key(let key): code = ssh_userauth_publickey(raw, nil, key.raw)
        case .agent(let socket):
            guard ssh_options_set(raw, SSH_OPTIONS_IDENTITY_AGENT, socket) == 0 else {
                return .failed(.local, "the SSH agent's socket cannot be used")
            }
            code = ssh_userauth_agent(raw, nil)
        case .password(let password):
            if !isInteractive {
                code = password.withCString { ssh_userauth_password(raw, nil, $0) } ?? -1
                let offered = ssh_userauth_list(raw, nil)
                if code == SSH_AUTH_DENIED.rawValue, offered & Int32(SSH_AUTH_METHOD_INTERACTIVE) != 0 {
                    isInteractive = true
                }
            } else {
                code = Int32(SSH_AUTH_AGAIN.rawValue)
            }
            if isInteractive { code = interactive(raw, password) }
        }
        switch code {
        case SSH_AUTH_SUCCESS.rawValue: return .accepted
        case SSH_AUTH_AGAIN.rawValue: return .waiting
        case SSH_AUTH_DENIED.rawValue: return .failed(.authentication, denied)
        case SSH_AUTH_PARTIAL.rawValue:
            return .failed(
                .authentication,
                "the server accepts the \(name) of user \(user) but asks for a second proof, which is not supported")
        default:
            // SSH_AUTH_ERROR: servers also hang up instead of refusing, for instance after too many tries.
            return .failed(
                session.isAlive ? .authentication : .closed,
                "the login of user \(user) with a \(name) failed: \(session.reason)")
        }
    }

    private var name: String {
        switch login {
        case .key: "private key"
        case .password: "password"
        case .agent: "key of the SSH agent"
        }
    }

    private var denied: String {
        switch login {
        case .key:
            "the server does not accept the private key of user \(user): add its public key to authorized_keys there, "
                + "or correct user and key in the inventory"
        case .password: "the server does not accept the password of user \(user)"
        case .agent: "the server accepts none of the SSH agent's keys for user \(user): look at ssh-add -l"
        }
    }

    /// Answers hidden questions with the password, once; a second round of them means that it was wrong.
    private mutating func interactive(_ raw: ssh_session, _ password: Secret) -> Int32 {
        while true {
            let code = ssh_userauth_kbdint(raw, nil, nil)
            guard code == SSH_AUTH_INFO.rawValue else { return code }
            rounds += 1
            let prompts = ssh_userauth_kbdint_getnprompts(raw)
            // Empty rounds are allowed by RFC 4256; endless ones are not.
            guard rounds <= 5, prompts == 0 || !hasAnswered else { return Int32(SSH_AUTH_DENIED.rawValue) }
            for index in 0..<max(0, prompts) {
                var echo: CChar = 0
                _ = ssh_userauth_kbdint_getprompt(raw, UInt32(index), &echo)
                // A visible question asks for something else than the password.
                if echo != 0 { return Int32(SSH_AUTH_DENIED.rawValue) }
                let code = password.withCString { ssh_userauth_kbdint_setanswer(raw, UInt32(index), $0) } ?? -1
                guard code == 0 else { return Int32(SSH_AUTH_ERROR.rawValue) }
                hasAnswered = true
            }
        }
    }
}
