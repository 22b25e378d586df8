import Notation

extension Schema {
    /// Power and cooling of a building: what the checks of a tier grade look at.
    static func plant(_ kind: Kind) -> [Field] {
        let place: [Field] = [
            Field("slug", .slug, "Natural key; made from name when absent"),
            Field("name", .text(max: 200), required: true, "As people call it, with diacritics"),
            Field("site", .reference([.site]), required: true, "Where it is"),
        ]
        let room = Field("location", .reference([.location]), "Room")
        let status = Field(
            "status", .choice(["offline", "active", "planned", "failed"]), fallback: "active", "As of power feeds")
        let side = Field("side", .choice(["a", "b"]), "A or B side")
        let group = Field("redundancy_group", .slug, "Units of one group stand in for each other")
        let monitored = Field("device", .reference([.device]), "The device that probes ask about it")
        let care: [Field] = [
            Field("manufacturer", .reference([.manufacturer]), "Maker"), Field("model", .text(max: 100), "Model"),
            Field("serial", .text(max: 50), "Serial number"), Field("in_service_at", .date, "Put into service"),
            Field("last_maintenance", .date, "Last maintenance"), Field("last_test", .date, "Last test under load"),
        ]
        switch kind {
        case .powerPanel:
            return place + [
                room, side, status,
                Field("fed_by", .list(.reference([.ups, .generator, .powerPanel])), "What is upstream"),
                Field("utility", .text(max: 200), "Line of the grid it hangs on"),
                Field("transfer", .choice(["none", "manual", "automatic"]), "Switching between its sources"),
            ]
        case .ups:
            return place + [
                room, Field("rack", .reference([.rack]), "Rack it stands in"), side, status,
                Field("capacity_kva", .decimal(0...10_000), "kVA"),
                Field("autonomy_minutes", .decimal(0...10_000), "Minutes on battery at full load"),
                Field("battery_replaced", .date, "Age of the batteries counts from here"),
                Field("fed_by", .list(.reference([.generator, .powerPanel])), "What is upstream"), group, monitored,
            ] + care
        case .generator:
            return place + [
                room, side, status, Field("capacity_kva", .decimal(0...100_000), "kVA"),
                Field("fuel_hours", .decimal(0...10_000), "Hours at full load with the fuel kept"),
                Field("auto_start", .bool, "Starts by itself when the grid fails"), group, monitored,
            ] + care
        case .coolingUnit:
            return place + [
                room, status,
                Field("type", .choice(["crac", "crah", "in-row", "chiller", "split", "free"]), "Kind of unit"),
                Field("capacity_kw", .decimal(0...100_000), "kW of heat"),
                Field("power_feeds", .list(.reference([.powerFeed])), "What drives it"), group, monitored,
            ] + care
        default:  // power-feed
            return place + [
                Field("power_panel", .reference([.powerPanel]), "Panel it starts from"),
                Field("rack", .reference([.rack]), "The rack it feeds"), status, side,
                Field("type", .choice(["primary", "redundant"]), fallback: "primary", "NetBox feed type"),
                Field("supply", .choice(["ac", "dc"]), fallback: "ac", "Kind of current"),
                Field("phase", .choice(["single-phase", "three-phase"]), fallback: "single-phase", "Phases"),
                Field("voltage", .int(-1000...1000), "Volt"), Field("amperage", .int(1...4000), "Ampere"),
                Field("max_utilization", .int(1...100), fallback: 80, "Per cent"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("backed_by", .list(.reference([.device, .ups, .generator])), "UPS or generator behind it"),
            ]
        }
    }
}
