public import Remote

/// The two ways of asking a machine what it is.
///
/// A sweep calls ``identify(snmp:client:limits:)`` for each address whose agent answered,
/// ``identify(shell:client:timeout:)`` for each it has a login for, and puts what both told together with
/// ``DiscoveredDevice/merged(with:)``; addresses whose devices share a serial number are one device.
public enum DeviceIdentification {
    /// Asks an agent; see ``SNMPIdentification/identify(_:)``.
    /// - Throws: ``RemoteError`` when it does not answer at all.
    public static func identify(
        snmp target: SNMPTarget, client: any SNMPClient, limits: IdentificationLimits = IdentificationLimits()
    ) async throws -> DiscoveredDevice {
        try await SNMPIdentification(client: client, limits: limits).identify(target)
    }

    /// Asks a shell; see ``ShellIdentification/identify(_:)``.
    /// - Throws: ``RemoteError`` when nobody could log in or the script did not come to its end.
    public static func identify(
        shell target: ShellTarget, client: any RemoteShell, timeout: Duration = .seconds(30)
    ) async throws -> DiscoveredDevice {
        try await ShellIdentification(shell: client, timeout: timeout).identify(target)
    }
}
