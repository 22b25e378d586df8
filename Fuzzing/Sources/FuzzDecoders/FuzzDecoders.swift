@_spi(Fuzzing) import DNS
@_spi(Fuzzing) import Discovery
@_spi(Fuzzing) import Endpoints
@_spi(Fuzzing) import Probing

/// Every decoder of what other machines say and of what people write for us, but SNMP's, which has a program of its own.
/// The order is part of the corpus: new ones stand at the end.
private let decoders: [@Sendable ([UInt8]) -> Void] = [
    { _ = EndpointsFuzzDoor.echo($0) },
    { _ = EndpointsFuzzDoor.time($0) },
    { _ = EndpointsFuzzDoor.certificate($0) },
    { _ = DNSFuzzDoor.read($0) },
    { _ = ProbingFuzzDoor.parser($0) },
    { _ = ProbingFuzzDoor.definition($0) },
    { _ = ProbingFuzzDoor.hint($0) },
    { _ = DiscoveryFuzzDoor.identify($0) },
    { _ = DiscoveryFuzzDoor.rules($0) },
    { _ = EndpointsFuzzDoor.staple($0) },
    { _ = EndpointsFuzzDoor.control($0) },
    { _ = EndpointsFuzzDoor.url(String(decoding: $0, as: UTF8.self)) },
    { _ = ProbingFuzzDoor.exporter($0) },
    { _ = EndpointsFuzzDoor.mail($0) },
    { _ = EndpointsFuzzDoor.database($0) },
]

/// Byte 0 chooses the decoder, the rest is what it reads: it must give a value or refuse.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    let choice = Int(bytes[0])
    // Not a remainder: a decoder that is added must not give old inputs to another one.
    if decoders.indices.contains(choice) { decoders[choice](Array(bytes.dropFirst())) }
    return 0
}
