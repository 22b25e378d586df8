import Remote

/// A credential as a key of tables; it holds pass phrases and must never be printed.
struct CredentialKey: Hashable {
    private let user: String
    private let auth: USMAuthProtocol?
    private let priv: USMPrivProtocol?
    private let secrets: [[UInt8]]

    init(_ credential: USMCredential) {
        user = credential.user
        auth = credential.auth?.proto
        priv = credential.priv?.proto
        secrets = [credential.auth?.passphrase, credential.priv?.passphrase].map { secret in
            secret?.withBytes { $0 } ?? []
        }
    }
}

/// Keys derived so far: Ku once per pass phrase and digest, localised keys once per credential and engine.
///
/// Owned by the engine's thread. The tables are emptied when they grow past `capacity`; everything in them can be
/// derived again.
struct KeyVault {
    private struct PhraseKey: Hashable {
        let proto: USMAuthProtocol
        let phrase: [UInt8]
    }
    private struct LocalKey: Hashable {
        let credential: Int
        let engineID: [UInt8]
    }

    private let capacity: Int
    private var numbers: [CredentialKey: Int] = [:]
    private var nextNumber = 0
    private var userKeys: [PhraseKey: [UInt8]] = [:]
    private var localised: [LocalKey: USMKeys] = [:]
    /// The credential that was numbered last: neighbours in a batch nearly always share one.
    private var latest: (credential: USMCredential, number: Int)?
    /// How often a pass phrase was hashed: once per credential, however many devices use it.
    private(set) var derivations = 0

    init(capacity: Int) { self.capacity = capacity }

    /// A small number that stands for the credential; the same for equal ones.
    mutating func number(of credential: USMCredential) -> Int {
        if let latest, latest.credential == credential { return latest.number }
        let key = CredentialKey(credential)
        if numbers[key] == nil {
            if numbers.count >= capacity { numbers.removeAll() }
            nextNumber += 1
            numbers[key] = nextNumber
        }
        latest = (credential, numbers[key] ?? nextNumber)
        return numbers[key] ?? nextNumber
    }

    /// The keys of `credential` at `engineID`; nil when the library refuses one.
    mutating func keys(_ credential: USMCredential, number: Int, engineID: [UInt8]) -> USMKeys? {
        let place = LocalKey(credential: number, engineID: engineID)
        if let keys = localised[place] { return keys }
        guard let keys = derive(credential, engineID: engineID) else { return nil }
        if localised.count >= capacity { localised.removeAll() }
        localised[place] = keys
        return keys
    }

    private mutating func derive(_ credential: USMCredential, engineID: [UInt8]) -> USMKeys? {
        guard let auth = credential.auth else {
            return credential.priv == nil ? USMKeys(authentication: nil, privacy: nil) : nil
        }
        guard let base = base(auth.proto, auth.passphrase),
            let authentication = AuthenticationKey(auth.proto, userKey: base, engineID: engineID)
        else { return nil }
        guard let priv = credential.priv else { return USMKeys(authentication: authentication, privacy: nil) }
        guard let privacyBase = self.base(auth.proto, priv.passphrase),
            let privacy = PrivacyKey(priv.proto, auth: auth.proto, userKey: privacyBase, engineID: engineID)
        else { return nil }
        return USMKeys(authentication: authentication, privacy: privacy)
    }

    private mutating func base(_ proto: USMAuthProtocol, _ passphrase: Secret) -> [UInt8]? {
        passphrase.withBytes { bytes in
            let place = PhraseKey(proto: proto, phrase: bytes)
            if let known = userKeys[place] { return known }
            guard let key = userKey(proto, passphrase: bytes) else { return nil }
            derivations += 1
            if userKeys.count >= capacity { userKeys.removeAll() }
            userKeys[place] = key
            return key
        }
    }
}
