import Notation

extension Schema {
    static func business(_ kind: Kind) -> [Field] {
        let slug = Field("slug", .slug, "Natural key; made from name when absent")
        let name = Field("name", .text(max: 300), required: true, "As people call it, with diacritics")
        switch kind {
        case .system:
            return [
                slug, name,
                Field("security_level", .int(1...5), "Level 1-5, Decree 85/2016 articles 7-11"),
                Field(
                    "level_status", .choice(["draft", "submitted", "appraised", "approved"]),
                    "State of the level dossier"),
                Field("decision_number", .text(max: 100), "Decision that approves the level"),
                Field("decision_date", .date, "Its date"),
                Field("operator", .reference([.tenant]), "Operating unit"),
                Field("security_unit", .reference([.tenant]), "Unit in charge of its security"),
                Field("status", .choice(["planned", "pilot", "active", "retired"]), fallback: "active", "Life"),
                Field(
                    "role", .choice(["internal", "citizen_facing", "shared_infrastructure", "ics", "other"]),
                    "Circular 12/2022 article 7"),
                Field("info", .choice(["public", "private_or_personal", "state_secret"]), "Kind of information"),
                Field("reach", .choice(["one_agency", "province_or_sector", "nationwide"]), "Who depends on it"),
                Field("users", .int(0...200_000_000), "Accounts or people served"),
                Field("h24", .bool, "24/7 without unplanned stop"),
                Field("scope", .text(max: 2000), "Scope and scale"), Field("go_live", .date, "In use since"),
                Field(
                    "components", .list(.reference([.device, .virtualMachine, .service, .cluster])),
                    "What it is made of"),
                Field("zones", .list(.reference([.zone])), "Zones it uses"),
                Field("site", .reference([.site]), "Main site"),
                Field("standby_site", .reference([.site]), "Standby site"),
                Field("contacts", .list(.reference([.contact])), "Whom to call"),
                Field("documents", .list(.reference([.document])), "Dossier, policy, plans"),
                Field("hosting", .choice(["own", "rented", "cloud"]), fallback: "own", "Where it runs"),
                Field(
                    "data_kinds", .list(.choice(["config", "os_image", "database", "business_data", "important"])),
                    "What must be backed up"),
            ]
        case .dependency:
            return [
                slug,
                Field("from", .reference(machineLike), required: true, "Who needs"),
                Field(
                    "relation", .choice(["runs-on", "depends-on", "connects-to", "backed-up-by", "protected-by"]),
                    required: true, "How"),
                Field("to", .reference(machineLike), required: true, "Whom it needs"),
                Field("redundancy_group", .slug, "Edges of one group: any one is enough"),
            ]
        default:  // document
            return [
                slug, name,
                Field(
                    "doc_type",
                    .choice([
                        "security_policy", "level_dossier", "security_plan", "approval_decision", "procedure",
                        "network_diagram",
                        "address_plan", "backup_policy", "recovery_plan", "drill_minutes", "training_record",
                        "contract", "report",
                        "appointment", "architecture",
                    ]), required: true, "What kind of paper"),
                Field("number", .text(max: 100), "Number"), Field("issued", .date, "Date of issue"),
                Field("expires", .date, "End"),
                Field("last_review", .date, "Last review"), Field("issuer", .reference([.tenant]), "Who issued it"),
                Field("url", .url, "Where it lies"), Field("sections", .list(.slug), "Topics it covers"),
            ]
        }
    }

    /// What a dependency may join.
    static let machineLike: [Kind] = [
        .system, .service, .device, .virtualMachine, .cluster, .circuit, .powerFeed, .site, .zone,
    ]
}
