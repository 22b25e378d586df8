import Notation

extension Schema {
    /// What is said about records: contacts, journal, tags, fields of one's own, contexts, groups, rules.
    static func governance(_ kind: Kind) -> [Field] {
        let slug = Field("slug", .slug, "Natural key; made from name when absent")
        let name = Field("name", .text(max: 200), required: true, "As people call it")
        switch kind {
        case .contactAssignment:
            return [
                Field("slug", .slug, "Natural key; made from object, contact and role when absent"),
                Field("object", .reference(subjects), required: true, "About whom"),
                Field("contact", .reference([.contact]), required: true, "Whom to call"),
                Field("role", .slug, "Contact role"),
                Field("priority", .choice(["primary", "secondary", "tertiary", "inactive"]), "Whom to call first"),
            ]
        case .journalEntry:
            return [
                Field("slug", .slug, "Natural key; made from object and moment when absent"),
                Field("assigned_object", .reference(subjects), required: true, "About whom"),
                Field("created", .dateTime, required: true, "When"),
                Field("created_by", .text(max: 100), "Who"),
                Field(
                    "entry_kind", .choice(["info", "success", "warning", "danger"]), fallback: "info",
                    "NetBox journal kind"),
            ]
        case .tag:
            return [
                slug, name, Field("color", .text(max: 6), "Hex"),
                Field("object_types", .list(.slug), "Kinds it may stand on; absent: all"),
            ]
        case .customField:
            return [
                Field("slug", .slug, "Natural key; the name when absent"),
                Field("name", .slug, required: true, "Key under custom_fields"),
                Field("label", .text(max: 100), "As people call it"),
                Field(
                    "type",
                    .choice([
                        "text", "longtext", "integer", "decimal", "boolean", "date", "datetime", "url", "json",
                        "select", "multiselect", "object", "multiobject",
                    ]), required: true, "NetBox custom field type"),
                Field("object_types", .list(.slug), required: true, "Kinds that have it"),
                Field("related_object_type", .slug, "Kind that object and multiobject point to"),
                Field("required", .bool, "A record without it is refused"),
                Field("unique", .bool, "No value stands twice in a kind"),
                Field("default", .json, "Filled in when absent"),
                Field("choices", .list(.text(max: 100)), "For select and multiselect"),
                Field("validation_minimum", .decimal(-1e15...1e15), "For numbers"),
                Field("validation_maximum", .decimal(-1e15...1e15), "For numbers"),
                Field("validation_regex", .text(max: 500), "For texts"),
                Field("group_name", .text(max: 50), "Shown together"),
                Field("weight", .int(0...32_767), fallback: 100, "Order on forms"),
            ]
        case .configContext:
            return [
                slug, name, Field("weight", .int(0...32_767), fallback: 1000, "The heavier wins"),
                Field("is_active", .bool, fallback: true, "Taken into account"),
                Field("data", .json, required: true, "What it contributes"),
                Field("regions", .list(.reference([.region])), "Only there"),
                Field("site_groups", .list(.reference([.siteGroup])), "Only there"),
                Field("sites", .list(.reference([.site])), "Only there"),
                Field("locations", .list(.reference([.location])), "Only there"),
                Field("device_types", .list(.reference([.deviceType])), "Only these"),
                Field("roles", .list(.reference([.deviceRole])), "Only these"),
                Field("platforms", .list(.reference([.platform])), "Only these"),
                Field("clusters", .list(.reference([.cluster])), "Only these"),
                Field("tenant_groups", .list(.reference([.tenantGroup])), "Only these"),
                Field("tenants", .list(.reference([.tenant])), "Only these"),
                Field("object_tags", .list(.slug), "Only what has one of these tags"),
            ]
        case .group:
            return [slug, name, Field("selector", .text(max: 900), required: true, "Who is in it")]
        default:  // validation-rule
            return [
                slug, Field("name", .text(max: 200), "As people call it"),
                Field("select", .text(max: 900), required: true, "Selector of the records it looks at"),
                Field("field", .text(max: 100), required: true, "Field, or cf_NAME, it looks at"),
                Field("min", .decimal(-1e15...1e15), "Least number"), Field("max", .decimal(-1e15...1e15), "Greatest"),
                Field("min_length", .int(0...100_000), "Characters, or elements of a list"),
                Field("max_length", .int(0...100_000), "Characters, or elements of a list"),
                Field("regex", .text(max: 500), "Whole value must match"),
                Field("required", .bool, "Must be there"), Field("prohibited", .bool, "Must not be there"),
                Field("equal", .json, "Must be exactly this"),
                Field("one_of", .list(.text(max: 200)), "Must be one of these"),
                Field("unique", .bool, "No value stands twice among the selected"),
                Field("severity", .choice(["error", "warning"]), fallback: "error", "Refuse, or only say so"),
                Field("message", .text(max: 300), "What to tell people"),
                Field("remedy", .text(max: 300), "What they should do"),
            ]
        }
    }

    /// What contacts and journal entries may be about.
    static let subjects: [Kind] = Kind.allCases.filter {
        ![.journalEntry, .contactAssignment, .tag, .customField, .configContext, .group, .validationRule].contains($0)
    }
}
