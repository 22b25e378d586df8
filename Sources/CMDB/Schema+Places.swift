import Notation

extension Schema {
    static let siteStatus = ["planned", "staging", "active", "decommissioning", "retired"]

    static func places(_ kind: Kind) -> [Field] {
        let slug = Field("slug", .slug, "Natural key; made from name when absent")
        let name = Field("name", .text(max: 200), required: true, "As people call it, with diacritics")
        switch kind {
        case .tenant:
            return [
                slug, name,
                Field("parent", .reference([.tenant]), "The agency above"),
                Field("group", .reference([.tenantGroup]), "portal, department, district, commune, unit …"),
                Field("successor", .reference([.tenant]), "Who took over after a merger"),
                Field("successors", .list(.reference([.tenant])), "Who took over after a split"),
                Field("status", .choice(["active", "merged", "split", "dissolved"]), "Absent: active"),
                Field("end_date", .date, "Last day, of one that is no longer active"),
                Field("url", .url, "Its portal"),
            ]
        case .contact:
            return [
                slug, name,
                Field("title", .text(max: 100), "Position"),
                Field("phone", .text(max: 50), "With country code"),
                Field("email", .text(max: 254), "Mail address"),
                Field("address", .text(max: 200), "Postal address"), Field("link", .url, "Page about them"),
                Field("groups", .list(.slug), "Contact groups"),
                Field("tenant", .reference([.tenant]), "Where the person works"),
                Field(
                    "role",
                    .choice([
                        "administrative", "technical", "security", "authority_liaison", "incident_coordination",
                        "vendor",
                    ]), "Why one would call"),
                Field("priority", .choice(["primary", "secondary", "tertiary", "inactive"]), "Whom to call first"),
                Field("verified", .date, "When the number was last tried"),
            ]
        case .site:
            return [
                slug, name,
                Field("status", .choice(siteStatus), fallback: "active", "NetBox site status"),
                Field("region", .reference([.region]), "Region"),
                Field("group", .reference([.siteGroup]), "Site group"),
                Field("tenant", .reference([.tenant]), "Whose site"),
                Field("facility", .text(max: 50), "Name of the building or hall"),
                Field("time_zone", .text(max: 50), "IANA name"),
                Field("physical_address", .text(max: 200), "Street address"),
                Field("shipping_address", .text(max: 200), "Where goods are delivered"),
                Field("asns", .list(.reference([.asn])), "AS numbers announced there"),
                Field("latitude", .decimal(-90...90), "Degrees"), Field("longitude", .decimal(-180...180), "Degrees"),
                Field(
                    "tier_scheme", .choice(["uptime", "tia-942", "tcvn-9250"]),
                    "Whose grade `tier_grade` is; schemes are never translated into another"),
                Field("tier_grade", .int(1...4), "Grade in that scheme"),
                Field("site_role", .choice(["primary", "standby", "office", "hosted"]), "What the site is for"),
            ]
        case .location:
            return [
                slug, name,
                Field("site", .reference([.site]), required: true, "Where it is"),
                Field("parent", .reference([.location]), "The location around it"),
                Field("status", .choice(siteStatus), fallback: "active", "NetBox location status"),
                Field(
                    "location_role",
                    .choice([
                        "entrance-room", "mda", "ida", "hda", "zda", "eda", "room", "noc", "ups", "store", "floor",
                    ]),
                    "TCVN 9250:2021 space, or a room"),
                Field("tenant", .reference([.tenant]), "Who uses it"), Field("facility", .text(max: 50), "Local name"),
            ]
        case .rack:
            return [
                slug, name,
                Field("site", .reference([.site]), required: true, "Where it is"),
                Field("location", .reference([.location]), "Room or TCVN 9250 space"),
                Field(
                    "status", .choice(["reserved", "available", "planned", "active", "deprecated"]), fallback: "active",
                    "NetBox rack status"),
                Field("facility_id", .text(max: 50), "Label on the rack"),
                Field("tenant", .reference([.tenant]), "Whose"),
                Field("serial", .text(max: 50), "Serial number"), Field("asset_tag", .text(max: 50), "Asset number"),
                Field("width", .choice(["10", "19", "21", "23"]), fallback: "19", "Inches"),
                Field("u_height", .int(1...100), fallback: 42, "Rack units"),
                Field("role", .slug, "NetBox rack role"), Field("rack_type", .slug, "NetBox rack type"),
                Field(
                    "form_factor",
                    .choice([
                        "2-post-frame", "4-post-frame", "4-post-cabinet", "wall-frame", "wall-frame-vertical",
                        "wall-cabinet", "wall-cabinet-vertical",
                    ]), "NetBox form factor"),
                Field("desc_units", .bool, "Units are counted from the top"),
                Field("starting_unit", .int(1...100), "Number of the lowest unit"),
                Field("max_power_kw", .decimal(0...200), "What cooling and feeds allow, kW"),
                Field("power_feeds", .list(.reference([.powerFeed])), "A and B feeds"),
            ]
        case .region:
            return [slug, name, Field("parent", .reference([.region]), "The region around it")]
        case .siteGroup:
            return [slug, name, Field("parent", .reference([.siteGroup]), "The group around it")]
        case .tenantGroup:
            return [slug, name, Field("parent", .reference([.tenantGroup]), "The group around it")]
        default:  // provider
            return [
                slug, name, Field("asns", .list(.int(1...4_294_967_295)), "Its AS numbers"),
                Field("accounts", .list(.text(max: 100)), "Our customer numbers there"),
            ]
        }
    }
}
