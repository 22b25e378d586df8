public import CMDB

/// Where a record stands in a folder of inventory files that nobody has arranged yet.
public enum InventoryLayout {
    /// The path below the folder: `devices/SITE/ROLE.yaml`, `vms/CLUSTER.yaml`, `systems/SLUG.yaml`, `ipam/vlans.yaml`,
    /// `rules/…`, else one file for each kind.
    public static func path(of object: Object) -> String {
        switch object.id.kind {
        case .device: "devices/\(name(object.text("site")))/\(name(object.text("role"))).yaml"
        case .virtualMachine: "vms/\(name(object.text("cluster"))).yaml"
        case .system: "systems/\(name(object.id.key)).yaml"
        case .ipAddress: "ipam/addresses.yaml"
        case .vrf, .vlanGroup, .vlan, .segment, .aggregate, .prefix, .ipRange, .asn:
            "ipam/\(object.id.kind.fileKey).yaml"
        case .validationRule: "rules/\(object.id.kind.fileKey).yaml"
        default: "\(object.id.kind.fileKey).yaml"
        }
    }

    /// A slug as the name of a file or folder: never hidden, never a step upwards.
    private static func name(_ slug: String?) -> String {
        guard let slug, Slug.isValid(slug) else { return "_" }
        return slug.hasPrefix(".") ? "_" + slug : slug
    }
}
