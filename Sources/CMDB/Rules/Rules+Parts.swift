import Notation

extension Rules {
    /// Parts of a machine that name each other do so within the machine.
    func checkParts() {
        let links: [(kind: Kind, field: String, target: Kind)] = [
            (.powerOutlet, "power_port", .powerPort), (.frontPort, "rear_port", .rearPort),
            (.interface, "lag", .interface), (.interface, "parent", .interface), (.interface, "bridge", .interface),
            (.inventoryItem, "parent", .inventoryItem),
        ]
        for link in links { checkLink(link.kind, link.field, link.target) }
        for field in ["parent", "bridge", "lag"] { checkPartCycles(.interface, field) }
        checkPartCycles(.inventoryItem, "parent")
        checkPositions()
        checkBays()
    }

    private func key(_ part: Object, _ name: String) -> String? {
        part.text("device").map { NaturalKey.interface(machine: $0, name: name) }
    }

    private func checkLink(_ kind: Kind, _ field: String, _ target: Kind) {
        for item in union.loadedItems(kind) {
            guard let name = item.object.text(field), let key = key(item.object, name) else { continue }
            if item.id == ObjectID(target, key) {
                report.error(
                    union.place(item, field), Subject(item.id), "\(field) is itself", "name another \(target.rawValue)")
            } else if union[ObjectID(target, key)] == nil, !isOnStack(item.object, field, name) {
                let own = union.items(target).filter { $0.object.text("device") == item.object.text("device") }
                    .compactMap { $0.object.text("name") }
                report.error(
                    union.place(item, field), Subject(item.id),
                    "\(field): its machine has no \(target.rawValue) \(shown(name))",
                    NearestName.hint(name, in: own, otherwise: "add it to the machine, or correct the name"))
            } else if field == "lag", let bundle = union[ObjectID(target, key)], let type = bundle.text("type"),
                type != "lag"
            {
                report.warning(
                    union.place(item, field), Subject(item.id), "\(name) is of type \(type), not lag",
                    "give \(name) type: lag, or correct lag")
            }
        }
    }

    /// The members of a stack share the bundles of its first.
    private func isOnStack(_ part: Object, _ field: String, _ name: String) -> Bool {
        guard field == "lag", let machine = part.text("device").flatMap({ ObjectID($0) }),
            let stack = union[machine]?.text("virtual_chassis")
        else { return false }
        return union.items(.device).contains {
            $0.object.text("virtual_chassis") == stack && union[ObjectID(.interface, "\($0.id.key):\(name)")] != nil
        }
    }

    private func checkPartCycles(_ kind: Kind, _ field: String) {
        var done: Set<ObjectID> = []
        for item in union.loadedItems(kind) where item.object.fields[field] != nil && !done.contains(item.id) {
            var path: [ObjectID] = []
            var next: ObjectID? = item.id
            while let id = next, !done.contains(id), let here = union[id] {
                if let start = path.firstIndex(of: id) {
                    // Being one's own target has been said already.
                    if path.count - start > 1 {
                        report.error(
                            union.place(item, field), Subject(item.id),
                            "\(field) leads back to itself: "
                                + (path[start...] + [id]).map(\.key).joined(separator: " -> "),
                            "break the circle at one of them")
                    }
                    break
                }
                path.append(id)
                next = here.text(field).flatMap { key(here, $0) }.map { ObjectID(kind, $0) }
            }
            done.formUnion(path)
        }
    }

    /// A rear port carries as many front ports as it has positions, one on each.
    private func checkPositions() {
        struct Place: Hashable {
            let rear: String
            let position: Int
        }
        var taken: [Place: Union.Item] = [:]
        for item in union.items(.frontPort) {
            guard let name = item.object.text("rear_port"), let rear = key(item.object, name) else { continue }
            let position = item.object.int("rear_port_position") ?? 1
            let room = union[ObjectID(.rearPort, rear)]?.int("positions")
            if let room, position > room, item.isLoaded {
                report.error(
                    union.place(item, "rear_port_position"), Subject(item.id),
                    "position \(position) of \(name), which has \(room)", "correct it, or positions of \(name)")
                continue
            }
            guard let other = taken.updateValue(item, forKey: Place(rear: rear, position: position)) else { continue }
            guard let (here, there) = blamed(item, other) else { continue }
            report.error(
                union.place(here, "rear_port_position"), Subject(here.id),
                "position \(position) of \(name) is taken by \(there.id) (\(union.whereabouts(there)))",
                "use another position")
        }
    }

    /// The one of two that is loaded, the second first, with the other; nil when both are recorded.
    func blamed(_ second: Union.Item, _ first: Union.Item) -> (here: Union.Item, there: Union.Item)? {
        if second.isLoaded { return (second, first) }
        return first.isLoaded ? (first, second) : nil
    }

    /// Bays hold child devices, each one device, and no device is in itself.
    private func checkBays() {
        var homes: [String: Union.Item] = [:]
        for bay in union.items(.deviceBay) {
            guard let child = bay.object.text("installed_device"), let parent = bay.object.text("device") else {
                continue
            }
            if let other = homes.updateValue(bay, forKey: child), let (here, there) = blamed(bay, other) {
                report.error(
                    union.place(here, "installed_device"), Subject(here.id),
                    "device \(child) is in \(there.id) already (\(union.whereabouts(there)))", "correct one of the two")
            }
            guard bay.isLoaded else { continue }
            func fail(_ problem: String, _ remedy: String) {
                report.error(union.place(bay, "installed_device"), Subject(bay.id), problem, remedy)
            }
            let types = [child, parent].map { key in
                union[ObjectID(.device, key)].flatMap { union.target("device_type", .deviceType, of: $0) }
            }
            if let type = types[0], type.text("subdevice_role") != "child" {
                fail("device type \(type.id.key) of \(child) is no child", "say subdevice_role: child on its type")
            }
            if let type = types[1], let role = type.text("subdevice_role"), role != "parent" {
                fail("device type \(type.id.key) of \(parent) has no bays", "say subdevice_role: parent on its type")
            }
        }
        for child in homes.keys.sorted() {
            var path = [child]
            while let bay = path.last.flatMap({ homes[$0] }), let parent = bay.object.text("device") {
                if parent == child, let loaded = path.compactMap({ homes[$0] }).first(where: \.isLoaded),
                    path.min() == child
                {
                    report.error(
                        union.place(loaded, "installed_device"), Subject(loaded.id),
                        "devices are in each other: \((path + [parent]).joined(separator: " -> "))",
                        "break the circle at one of them")
                }
                if path.contains(parent) { break }
                path.append(parent)
            }
        }
    }
}
