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
            ] + levelInputs
        case .dependency:
            return [
                slug,
                Field("from", .reference(machineLike), required: true, "Who needs"),
                Field(
                    "relation", .choice(["runs-on", "depends-on", "connects-to", "backed-up-by", "protected-by"]),
                    required: true, "How"),
                Field("to", .reference(machineLike), required: true, "Whom it needs"),
                Field(
                    "redundancy_group", .slug,
                    "Edges of one group replace each other: any one is enough, or as many as the redundancy-group of this slug asks"
                ),
            ]
        case .redundancyGroup:
            return [
                slug, name,
                Field("mode", .choice(["any-of", "k-of-n"]), fallback: "any-of", "How many of it must live"),
                Field("required", .int(1...1000), "k of k-of-n; any-of is 1"),
                Field("members", .list(.reference(supporting)), "What stands in for each other"),
            ]
        case .levelDecision:
            return [
                slug, Field("system", .reference([.system]), required: true, "Whose level"),
                Field(
                    "regime", .choice(["decree-85-2016", "decree-331-2026"]), required: true, "Under which decree"),
                Field("level", .int(1...5), required: true, "Derived level"),
                Field("declared_level", .int(1...5), "What was declared when it was derived"),
                Field("article", .text(max: 50), "Deciding article"),
                Field("reasoning", .text(max: 4000), "Which inputs led there"),
                Field("missing_inputs", .list(.slug), "Not known then: the level is at least this, and may be higher"),
                Field("decided_at", .dateTime, "When it was derived"),
                Field("decision_number", .text(max: 100), "Number of the approval"),
                Field("decision_date", .date, "Date of the approval"),
                Field("documents", .list(.reference([.document])), "Its papers"),
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
        .system, .service, .device, .virtualMachine, .cluster, .circuit, .powerFeed, .site, .zone, .ups, .generator,
        .coolingUnit, .powerPanel, .provider, .redundancyGroup,
    ]

    /// What may stand in for another.
    static let supporting: [Kind] = machineLike.filter { $0 != .redundancyGroup } + [.interface, .powerPort]

    /// What the level rules of Decree 85/2016 art. 7-11 and Decree 331/2026 art. 11-15 ask beyond role, info and reach.
    private static let levelInputs: [Field] = [
        Field("public_service_level", .int(1...4), "Level of online public service (Decree 85 art. 8.2, 9.2)"),
        Field(
            "online_service", .choice(["none", "non_conditional", "conditional", "other"]),
            "Kind of online service it offers"),
        Field("administrative_procedures", .bool, "Handles administrative procedures (Decree 331 art. 13.2.b)"),
        Field("basic_subjects", .int(0...200_000_000), "People whose basic personal data it holds"),
        Field("sensitive_subjects", .int(0...200_000_000), "People whose sensitive personal data it holds"),
        Field("defence_security", .bool, "Serves defence or public security"),
        Field("harm", .choice(["harm", "serious", "especially_serious"]), "To defence and security if attacked"),
        Field("works_grade", .choice(["special", "I", "II", "III", "IV"]), "Grade of the works an ICS controls"),
        Field("national_security_works", .bool, "The works matter to national security"),
        Field("national_egovernment", .bool, "National e-government system"),
        Field("national_data_store", .bool, "Central store of especially important national data"),
        Field("international_link", .bool, "National infrastructure that links the country with the world"),
        Field("prime_minister_level", .int(2...5), "Level the Prime Minister has decided"),
    ]
}
