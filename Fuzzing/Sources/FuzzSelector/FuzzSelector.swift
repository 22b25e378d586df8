import CMDB

/// A small inventory that selectors can find something in.
private let snapshot = Snapshot([
    Object(id: ObjectID(.site, "ttdl"), fields: ["slug": "ttdl", "name": "Trung tâm", "region": "bac"]),
    Object(id: ObjectID(.region, "bac"), fields: ["slug": "bac", "name": "Bắc"]),
    Object(
        id: ObjectID(.device, "sw-1"),
        fields: [
            "slug": "sw-1", "name": "sw-1", "site": "ttdl", "role": "switch", "status": "active", "position": 21,
            "tags": ["web"], "custom_fields": ["security_level": 3], "primary_ip4": "10.0.0.1",
        ]),
    Object(id: ObjectID(.group, "web"), fields: ["slug": "web", "name": "Web", "selector": "device tag=web"]),
    Object(id: ObjectID(.group, "loop"), fields: ["slug": "loop", "name": "Loop", "selector": "@loop"]),
    Object(id: ObjectID(.system, "dvc"), fields: ["slug": "dvc", "name": "DVC", "components": ["device/sw-1"]]),
])

/// Whatever is written, a selector is read or refused at a column that exists, and finds what it says it matches.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    _ = SelectorCompletion.candidates(for: text, in: snapshot)
    do throws(SelectorError) {
        let selector = try Selector(text)
        let found = try selector.select(snapshot)
        precondition(snapshot.all.filter { selector.matches($0, in: snapshot) } == found, "select and matches differ")
        _ = selector.misspelt(in: snapshot)
    } catch {
        precondition((1...text.count + 1).contains(error.column), "column \(error.column) of \(text.count)")
        precondition(!error.problem.isEmpty && !error.remedy.isEmpty)
    }
    return 0
}
