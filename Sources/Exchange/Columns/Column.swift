public import CMDB

/// One column of a table of records, as CSV files and workbooks have it.
public struct Column: Hashable, Sendable {
    /// The heading: NetBox's where NetBox has one.
    public let name: String
    /// What its cells say.
    public let content: Content

    /// What the cells of a column say.
    public enum Content: Hashable, Sendable {
        /// The whole value of one field.
        case field(Field)
        /// One member of a record field, `monitoring.snmp_version`: first the field, then its member.
        case member(Field, Field)
        /// The custom field of this name; the heading is `cf_` and the name.
        case customField(String)
        /// The machine of an interface or address when it is of this kind, by its key; other rows leave it empty.
        case machine(Kind)
        /// The name of the interface of an address, beside ``machine(_:)``.
        case interfaceName
        /// `dcim.site` where the field `site` is set: NetBox keeps the place of prefixes and clusters as a scope.
        case scopeType
        /// The key of the site, beside ``scopeType``.
        case scopeName
        /// NetBox's content type of what the field points to, such as `dcim.device`, else the kind's name.
        case objectType(Field)
        /// The key of what the field points to, beside ``objectType(_:)``.
        case objectKey(Field)
        /// Part of one end of a cable; empty when that end has several terminations or one that NetBox's columns
        /// cannot name: then ``terminations(_:)`` holds them.
        case cableEnd(CableSide, CableEndPart)
        /// All terminations of one end of a cable, when ``cableEnd(_:_:)`` cannot say it.
        case terminations(CableSide)
        /// What other columns imply, for readers in NetBox; an importer needs it only to tell records of one name
        /// apart.
        case derived(Derived)
        /// A column of NetBox for which the inventory holds nothing: written empty.
        case foreign
    }

    /// The two ends of a cable.
    public enum CableSide: String, Hashable, Sendable, CaseIterable {
        case a, b
        /// The field that holds the end.
        public var field: String { "\(rawValue)_terminations" }
    }

    /// What NetBox's cable columns say of an end.
    public enum CableEndPart: String, Hashable, Sendable, CaseIterable {
        case site, device
        case powerPanel = "power_panel"
        case type, name
    }

    /// Values that follow from other columns.
    public enum Derived: Hashable, Sendable {
        /// The maker of the device type.
        case manufacturer
        /// The device around this one, and the bay it sits in.
        case parentDevice, deviceBay
        /// The group or site of the VLAN that this field names.
        case vlanGroup(String), vlanSite(String)
    }

    /// The field of the schema that the column carries, wholly or in part; nil for derived and foreign ones.
    public var field: String? {
        switch content {
        case .field(let field), .member(let field, _), .objectType(let field), .objectKey(let field): field.name
        case .customField: "custom_fields"
        case .interfaceName: "assigned_object"
        case .scopeType, .scopeName: "site"
        case .cableEnd(let side, _), .terminations(let side): side.field
        case .machine, .derived, .foreign: nil
        }
    }
}
