@_spi(Fuzzing) import SNMP

/// Made once: it holds sockets and derived keys.
nonisolated(unsafe) private let door = try? SNMPFuzzDoor()

/// Whatever an agent sends, the request waits, ends with rows that are what was asked, or ends with an error.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard let door else { preconditionFailure("no sockets on loopback") }
    _ = door.play(UnsafeRawBufferPointer(start: data, count: count))
    return 0
}
