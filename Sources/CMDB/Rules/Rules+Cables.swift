import Notation

extension Rules {
    /// What fits into what, as in NetBox.
    private static let fits: [Kind: Set<Kind>] = {
        let panel: Set<Kind> = [.frontPort, .rearPort]
        let patched: Set<Kind> = panel.union([.interface, .circuit, .consolePort, .consoleServerPort])
        return [
            .interface: panel.union([.interface, .circuit]), .circuit: panel.union([.interface, .circuit]),
            .consolePort: panel.union([.consoleServerPort]), .consoleServerPort: panel.union([.consolePort]),
            .frontPort: patched, .rearPort: patched,
            .powerPort: [.powerOutlet, .powerFeed], .powerOutlet: [.powerPort], .powerFeed: [.powerPort],
        ]
    }()

    /// Interface types that have no socket.
    private static let bodiless: Set<String> = ["virtual", "bridge", "lag"]

    private struct Plug {
        let cable: Union.Item
        let field: String
    }

    /// No end in two cables, none in itself, and only what fits together.
    func checkCables() {
        let cables = union.items(.cable)
        guard !cables.isEmpty else { return }
        var plugged: [String: [Plug]] = [:]
        for cable in cables {
            for field in ["a_terminations", "b_terminations"] {
                for end in cable.object.texts(field) {
                    plugged[end, default: []].append(Plug(cable: cable, field: field))
                    if cable.isLoaded { checkSocket(cable, field, end) }
                }
            }
            if cable.isLoaded { checkKinds(cable) }
        }
        for (end, plugs) in plugged where plugs.count > 1 { checkTaken(end, plugs) }
    }

    private func checkTaken(_ end: String, _ plugs: [Plug]) {
        let cables = plugs.map(\.cable.id)
        if Set(cables).count == 1, let plug = plugs.first, plug.cable.isLoaded {
            report.error(
                union.place(plug.cable, "b_terminations", element: end), Subject(plug.cable.id),
                "both ends are \(end)", "name the other end")
            return
        }
        // A line between two of our sites has an end at each.
        let isLine = ObjectID(end).flatMap { union[$0] }?.text("far_site") != nil
        guard plugs.count > (isLine ? 2 : 1), let here = plugs.last(where: \.cable.isLoaded),
            let other = plugs.first(where: { $0.cable.id != here.cable.id })
        else { return }
        report.error(
            union.place(here.cable, here.field, element: end), Subject(here.cable.id),
            "\(end) is plugged in already, by \(other.cable.id) (\(union.whereabouts(other.cable)))",
            "correct the end, or remove the other cable")
    }

    private func checkKinds(_ cable: Union.Item) {
        let sides = ["a_terminations", "b_terminations"].map { field in
            cable.object.texts(field).compactMap { ObjectID($0)?.kind }
        }
        for (field, kinds) in zip(["a_terminations", "b_terminations"], sides) where Set(kinds).count > 1 {
            report.error(
                union.place(cable, field), Subject(cable.id),
                "\(field) holds several kinds: \(Set(kinds).sorted().map(\.rawValue).joined(separator: ", "))",
                "plug one side into one kind")
            return
        }
        guard let a = sides[0].first, let b = sides[1].first, let fit = Self.fits[a], !fit.contains(b) else { return }
        report.error(
            union.place(cable, "b_terminations"), Subject(cable.id),
            "a \(a.rawValue) does not fit into a \(b.rawValue)",
            "a \(a.rawValue) goes into a \(fit.sorted().map(\.rawValue).joined(separator: ", "))")
    }

    /// Only what has a socket takes a cable.
    private func checkSocket(_ cable: Union.Item, _ field: String, _ end: String) {
        guard let id = ObjectID(end), id.kind == .interface, let interface = union[id] else { return }
        let type = interface.text("type") ?? ""
        let isVirtual = interface.text("device")?.hasPrefix("virtual-machine/") ?? false
        guard isVirtual || Self.bodiless.contains(type) || type.hasPrefix("ieee802.11") else { return }
        report.error(
            union.place(cable, field, element: end), Subject(cable.id),
            isVirtual ? "\(end) belongs to a virtual machine" : "\(end) is of type \(type), which takes no cable",
            "plug the cable into a physical interface")
    }
}
