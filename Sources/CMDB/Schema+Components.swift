import Notation

extension Schema {
    /// What a cable may be plugged into; a circuit stands for its end at our site.
    static let pluggable: [Kind] = [
        .interface, .frontPort, .rearPort, .consolePort, .consoleServerPort, .powerPort, .powerOutlet, .powerFeed,
        .circuit,
    ]

    static func components(_ kind: Kind) -> [Field] {
        let part: [Field] = [
            Field("device", .reference([.device]), required: true, "Whose; given by nesting in files"),
            Field("name", .text(max: 64), required: true, "Name on the machine"),
            Field("label", .text(max: 64), "Printed label"),
        ]
        let type = Field("type", .slug, fallback: "other", "NetBox port type, e.g. lc, 8p8c, iec-60320-c14")
        switch kind {
        case .frontPort:
            return part + [
                type, Field("rear_port", .text(max: 64), "Name of the rear port of the same device behind it"),
                Field("rear_port_position", .int(1...1024), fallback: 1, "Position on that rear port"),
                Field("color", .text(max: 6), "Hex"),
            ]
        case .rearPort:
            return part + [
                type, Field("positions", .int(1...1024), fallback: 1, "How many front ports it carries"),
                Field("color", .text(max: 6), "Hex"),
            ]
        case .consolePort, .consoleServerPort:
            return part + [type, Field("speed", .int(1...1_000_000), "bit/s")]
        case .powerPort:
            return part + [
                type, Field("maximum_draw", .int(0...1_000_000), "Watt"),
                Field("allocated_draw", .int(0...1_000_000), "Watt"),
            ]
        case .powerOutlet:
            return part + [
                type, Field("power_port", .text(max: 64), "Name of the power port of the same device it is fed by"),
                Field("feed_leg", .choice(["A", "B", "C"]), "Phase"),
            ]
        case .deviceBay:
            return part + [Field("installed_device", .reference([.device]), "The device inside")]
        case .moduleBay:
            return part + [Field("position", .text(max: 30), "Number used in names of its parts")]
        case .inventoryItem:
            return part + [
                Field("parent", .text(max: 64), "Name of the item around it"),
                Field("manufacturer", .reference([.manufacturer]), "Maker"),
                Field("part_id", .text(max: 50), "The maker's part number"),
                Field("serial", .text(max: 50), "Serial number"), Field("asset_tag", .text(max: 50), "Asset number"),
                Field("discovered", .bool, "Found by a probe"),
            ]
        default:  // cable
            return [
                Field("slug", .slug, "Natural key; made from its ends when absent"),
                Field("a_terminations", .list(.reference(pluggable)), required: true, "One end"),
                Field("b_terminations", .list(.reference(pluggable)), required: true, "The other end"),
                Field("type", .slug, "NetBox cable type, e.g. cat6a, smf-os2, power"),
                Field(
                    "status", .choice(["connected", "planned", "decommissioning"]), fallback: "connected",
                    "NetBox cable status"),
                Field("label", .text(max: 100), "Printed label"), Field("color", .text(max: 6), "Hex"),
                Field("length", .decimal(0...1_000_000), "Length"),
                Field("length_unit", .choice(["km", "m", "cm", "mi", "ft", "in"]), "Of the length"),
                Field("tenant", .reference([.tenant]), "Whose"),
            ]
        }
    }
}
