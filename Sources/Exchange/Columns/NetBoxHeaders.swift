public import CMDB

/// The headings of NetBox's import forms, in their order, for the kinds NetBox users exchange as CSV.
public enum NetBoxHeaders {
    /// The headings for `kind`; nil for kinds without a NetBox form of their own.
    public static func of(_ kind: Kind) -> [String]? {
        table[kind].map { $0.split(separator: ",").map(String.init) }
    }

    /// NetBox's name of a kind in `object_type` and `side_a_type`, such as `dcim.device`; nil for kinds of our own.
    public static func contentType(_ kind: Kind) -> String? { contentTypes[kind] }

    /// The kind that a content type, or one of our kind names, stands for. VM interfaces are interfaces here.
    public static func kind(ofContentType text: String) -> Kind? {
        if let kind = Kind(rawValue: text) { return kind }
        if text == "virtualization.vminterface" { return .interface }
        if text == "circuits.circuittermination" { return .circuit }
        return byContentType[text]
    }

    private static let table: [Kind: String] = [
        .site:
            "name,slug,status,region,group,tenant,facility,time_zone,description,physical_address,shipping_address,latitude,longitude,owner,comments,tags",
        .location: "site,parent,name,slug,status,tenant,facility,description,owner,comments,tags",
        .rack:
            "site,location,group,name,facility_id,tenant,status,role,rack_type,form_factor,serial,asset_tag,width,u_height,desc_units,outer_width,outer_height,outer_depth,outer_unit,mounting_depth,airflow,weight,max_weight,weight_unit,description,owner,comments,tags",
        .device:
            "name,role,tenant,manufacturer,device_type,platform,serial,asset_tag,status,site,location,rack,position,face,latitude,longitude,parent,device_bay,airflow,virtual_chassis,vc_position,vc_priority,cluster,description,config_template,owner,comments,tags",
        .interface:
            "device,name,label,parent,bridge,lag,type,speed,duplex,enabled,mark_connected,wwn,vdcs,mtu,mgmt_only,description,poe_mode,poe_type,mode,vlan_group,untagged_vlan,tagged_vlans,qinq_svlan,vrf,rf_role,rf_channel,rf_channel_frequency,rf_channel_width,tx_power,owner,tags",
        .cable:
            "side_a_site,side_a_device,side_a_power_panel,side_a_type,side_a_name,side_b_site,side_b_device,side_b_power_panel,side_b_type,side_b_name,type,status,profile,tenant,bundle,label,color,length,length_unit,description,owner,comments,tags",
        .virtualMachine:
            "name,virtual_machine_type,role,status,start_on_boot,site,cluster,device,platform,vcpus,memory,disk,description,serial,tenant,owner,comments,tags,config_template",
        .cluster: "name,type,group,status,scope_type,scope_name,scope_id,tenant,description,owner,comments,tags",
        .vlan: "site,group,vid,name,tenant,status,role,description,qinq_role,qinq_svlan,owner,comments,tags",
        .prefix:
            "prefix,vrf,tenant,vlan_group,vlan_site,vlan,status,role,scope_type,scope_name,scope_id,is_pool,mark_utilized,description,owner,comments,tags",
        .ipRange:
            "start_address,end_address,vrf,tenant,status,role,mark_populated,mark_utilized,description,owner,comments,tags",
        .ipAddress:
            "address,vrf,tenant,status,role,device,virtual_machine,interface,fhrp_group,is_primary,is_oob,dns_name,description,owner,comments,tags",
        .vrf: "name,rd,tenant,enforce_unique,description,import_targets,export_targets,owner,comments,tags",
        .service: "ipaddresses,name,protocol,ports,description,owner,comments,tags",
        .circuit:
            "cid,provider,provider_account,type,status,tenant,install_date,termination_date,commit_rate,distance,distance_unit,description,owner,comments,tags",
        .contact: "name,title,phone,email,address,link,groups,description,owner,comments,tags",
        .contactAssignment: "object_type,object_id,contact,priority,role",
    ]

    private static let contentTypes: [Kind: String] = [
        .region: "dcim.region", .siteGroup: "dcim.sitegroup", .site: "dcim.site", .location: "dcim.location",
        .rack: "dcim.rack", .manufacturer: "dcim.manufacturer", .deviceType: "dcim.devicetype",
        .deviceRole: "dcim.devicerole", .platform: "dcim.platform", .device: "dcim.device",
        .interface: "dcim.interface", .frontPort: "dcim.frontport", .rearPort: "dcim.rearport",
        .consolePort: "dcim.consoleport", .consoleServerPort: "dcim.consoleserverport",
        .powerPort: "dcim.powerport", .powerOutlet: "dcim.poweroutlet", .deviceBay: "dcim.devicebay",
        .moduleBay: "dcim.modulebay", .inventoryItem: "dcim.inventoryitem", .powerPanel: "dcim.powerpanel",
        .powerFeed: "dcim.powerfeed", .cable: "dcim.cable", .cluster: "virtualization.cluster",
        .virtualMachine: "virtualization.virtualmachine", .vlanGroup: "ipam.vlangroup", .vlan: "ipam.vlan",
        .vrf: "ipam.vrf", .aggregate: "ipam.aggregate", .prefix: "ipam.prefix", .ipRange: "ipam.iprange",
        .ipAddress: "ipam.ipaddress", .asn: "ipam.asn", .service: "ipam.service", .provider: "circuits.provider",
        .circuit: "circuits.circuit", .tenantGroup: "tenancy.tenantgroup", .tenant: "tenancy.tenant",
        .contact: "tenancy.contact", .contactAssignment: "tenancy.contactassignment",
        .journalEntry: "extras.journalentry", .tag: "extras.tag", .customField: "extras.customfield",
        .configContext: "extras.configcontext",
    ]

    private static let byContentType = Dictionary(
        contentTypes.map { ($0.value, $0.key) }, uniquingKeysWith: { first, _ in first })
}
