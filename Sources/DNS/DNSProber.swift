import CLibUnbound

/// The version of the library that resolves and validates, such as `1.17.1`.
public func resolverVersion() -> String { String(cString: ub_version()) }
