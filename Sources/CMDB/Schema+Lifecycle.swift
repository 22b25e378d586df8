import Notation

extension Schema {
    /// What grows old: software, contracts, licences, certificates, credentials.
    static func lifecycle(_ kind: Kind) -> [Field] {
        let slug = Field("slug", .slug, "Natural key; made from name when absent")
        let name = Field("name", .text(max: 200), required: true, "As people call it")
        let covered: [Kind] = [
            .device, .virtualMachine, .cluster, .system, .service, .circuit, .software, .ups, .generator, .coolingUnit,
        ]
        switch kind {
        case .software:
            return [
                slug, name, Field("version", .text(max: 50), "As the maker counts; absent: any"),
                Field("manufacturer", .reference([.manufacturer]), "Maker"),
                Field("platform", .reference([.platform]), "What it runs on"),
                Field("release_date", .date, "Since"), Field("end_of_sale", .date, "Last day of sale"),
                Field("eol_date", .date, "End of security support"),
                Field("successor", .reference([.software]), "Upgrade to this"),
            ]
        case .contract:
            return [
                slug, name, Field("number", .text(max: 100), "Number of the contract"),
                Field(
                    "contract_type", .choice(["support", "warranty", "maintenance", "lease", "service", "purchase"]),
                    required: true, "What it is about"),
                Field("provider", .reference([.provider, .tenant, .manufacturer]), "The other side"),
                Field("tenant", .reference([.tenant]), "Who signed for us"),
                Field("starts", .date, "First day"), Field("expires", .date, "Last day"),
                Field("notice_days", .int(0...1000), "Days of notice"),
                Field("response_hours", .decimal(0...10_000), "Agreed hours to response"),
                Field("covers", .list(.reference(covered)), "What it is for"),
                Field("contacts", .list(.reference([.contact])), "Whom to call"),
                Field("documents", .list(.reference([.document])), "Its papers"),
            ]
        case .licence:
            return [
                slug, name, Field("software", .reference([.software]), "For what"),
                Field("licence_key", .text(max: 200), "secret://…"),
                Field("quantity", .int(0...10_000_000), "Seats, cores or devices bought"),
                Field(
                    "unit", .choice(["device", "user", "core", "socket", "site", "subscription"]), "What is counted"),
                Field("assigned_to", .list(.reference(covered)), "Who uses it"),
                Field("starts", .date, "First day"), Field("expires", .date, "Last day; absent: perpetual"),
                Field("contract", .reference([.contract]), "Bought by"),
            ]
        case .certificate:
            return [
                slug, name, Field("subject", .text(max: 300), "Distinguished name"),
                Field("issuer", .text(max: 300), "Who signed it"), Field("serial", .text(max: 60), "Hex"),
                Field("fingerprint", .text(max: 100), "SHA-256"),
                Field("subject_alt_names", .list(.text(max: 255)), "Names it is good for"),
                Field("not_before", .date, "First day"), Field("not_after", .date, "Last day"),
                Field("private_key", .text(max: 200), "secret://…"),
                Field("used_by", .list(.reference([.service, .device, .virtualMachine, .system])), "Who shows it"),
            ]
        default:  // credential
            return [
                slug, name,
                Field(
                    "type", .choice(["password", "ssh-key", "snmp-v2c", "snmp-v3", "api-token", "certificate"]),
                    required: true, "Kind"),
                Field("username", .text(max: 100), "Login or USM name"),
                Field("secret", .text(max: 200), required: true, "secret://…"),
                Field("rotated", .date, "Last change"), Field("expires", .date, "To be changed by"),
            ]
        }
    }
}
