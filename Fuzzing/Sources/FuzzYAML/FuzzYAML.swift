import CMDB
import Notation

/// Whatever a file holds, it is loaded or refused with places inside it; what is loaded comes back the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: data, count: count), as: UTF8.self)
    let lines = text.utf8.count { $0 == 0x0A || $0 == 0x0D } + text.unicodeScalars.count { $0.value > 0x7F } + 2
    let empty = Snapshot([])
    do {
        let loaded = try InventoryLoader.load([InventoryFile(path: "fuzz/a.yaml", text: text)], onto: empty)
        precondition(!loaded.objects.isEmpty)
        let snapshot = Snapshot(loaded.objects.map(\.object))
        let plan = try InventoryPlan.make(from: snapshot, to: loaded)
        precondition(plan.isEmpty, "the same inventory is a change to itself")
        for object in snapshot.all {
            let json = JSONValue.object(Dictionary(uniqueKeysWithValues: object.fields.map { ($0.key, $0.value) }))
                .canonical
            precondition((try? JSONValue.parse(json))?.canonical == json, "canonical JSON does not read back")
        }
    } catch let errors as InputErrors {
        precondition(!errors.diagnostics.isEmpty)
        for diagnostic in errors.diagnostics {
            precondition(diagnostic.position.line <= lines, "line \(diagnostic.position.line) of \(lines)")
        }
    } catch is EmptyInventory {
    } catch {
        preconditionFailure("an error of another kind: \(error)")
    }
    return 0
}
