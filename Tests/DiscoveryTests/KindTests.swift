import Discovery
import Testing

/// One small agent of each kind, its rows written by hand after the maker's module.
@Suite struct KindTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let rows: String
        /// Maker, model, role, platform, version, serial.
        let expected: [String?]
        var testDescription: String { name }
        init(_ name: String, _ id: String, _ descr: String, _ rows: String = "", _ expected: String?...) {
            self.name = name
            self.rows = AskedAgent.rows(id: id, descr: descr, rows)
            self.expected = expected
        }
    }

    static let network = [
        Case(
            "IOS-XE", "9.1.2494",
            "Cisco IOS Software [Gibraltar], Catalyst L3 Switch Software (CAT9K_IOSXE), Version 16.12.4, RELEASE SOFTWARE (fc5)",
            "M.47.1.1.1.1.5.1|2|3\nM.47.1.1.1.1.11.1|4|FCW2233A5ZV\nM.47.1.1.1.1.13.1|4|C9300-48UXM", "cisco",
            "C9300-48UXM",
            "access-switch", "Cisco IOS-XE", "16.12.4", "FCW2233A5ZV"),
        Case(
            "NX-OS", "9.12.3.1.3.1467",
            "Cisco NX-OS(tm) n5000, Software (n5000-uk9), Version 5.1(3)N2(1), RELEASE SOFTWARE Copyright (c) 2002-2011",
            "M.47.1.1.1.1.5.149|2|3\nM.47.1.1.1.1.11.149|4|SSI16020ABC\nM.47.1.1.1.1.13.149|4|N5K-C5548UP", "cisco",
            "N5K-C5548UP", "core-switch", "Cisco NX-OS", "5.1(3)N2(1)", "SSI16020ABC"),
        Case(
            "ASA", "9.1.745", "Cisco Adaptive Security Appliance Version 9.8(2)",
            "M.47.1.1.1.1.5.1|2|3\nM.47.1.1.1.1.11.1|4|JMX1234\nM.47.1.1.1.1.13.1|4|ASA5520", "cisco", "ASA5520",
            "firewall",
            "Cisco ASA", "9.8(2)", "JMX1234"),
        Case(
            "Huawei firewall", "2011.2.321.20",
            "Huawei Versatile Routing Platform Software VRP (R) Software, Version 5.160 (USG6300 V500R001C30SPC600)",
            "M.47.1.1.1.1.5.1|2|3\nM.47.1.1.1.1.11.1|4|2102350XYZ\nM.47.1.1.1.1.13.1|4|USG6330", "huawei", "USG6330",
            "firewall",
            "Huawei VRP", "V500R001C30SPC600", "2102350XYZ"),
        Case(
            "Comware 7", "25506.1.1926",
            "H3C Comware Platform Software, Software Version 7.1.070, Release 6126P20 H3C S5130S-28P-EI Copyright (c)",
            "M.47.1.1.1.1.5.2|2|3\nM.47.1.1.1.1.11.2|4|210235A2XK\nM.47.1.1.1.1.13.2|4|H3C S5130S-28P-EI", "h3c",
            "S5130S-28P-EI", "access-switch", "Comware", "7.1.070 Release 6126P20", "210235A2XK"),
        Case(
            "Junos", "2636.1.1.1.2.29",
            "Juniper Networks, Inc. mx240 internet router, kernel JUNOS 18.4R2.7, Build date: 2019-06-18 12:00:00 UTC",
            "E.2636.3.1.2.0|4|Juniper MX240 Internet Backbone Router\nE.2636.3.1.3.0|4|JN123ABC", "juniper", "MX240",
            "router", "Juniper Junos", "18.4R2.7", "JN123ABC"),
        Case(
            "RouterOS", "14988.1", "RouterOS CCR1009-7G-1C-1S+",
            "E.14988.1.1.7.3.0|4|8B0A0765\nE.14988.1.1.4.4.0|4|6.48.6\nE.14988.1.1.3.10.0|2|410", "mikrotik",
            "CCR1009-7G-1C-1S+", "router", "RouterOS", "6.48.6", "8B0A0765"),
        Case(
            "EOS", "30065.1.3011.7050.427.3648",
            "Arista Networks EOS version 4.20.7M running on an Arista Networks DCS-7050QX-32S",
            "M.47.1.1.1.1.5.1|2|3\nM.47.1.1.1.1.11.1|4|JPE15091234", "arista", "DCS-7050QX-32S", "access-switch",
            "Arista EOS", "4.20.7M", "JPE15091234"),
        Case(
            "ProCurve", "11.2.3.7.11.104", "HP J9627A E2620-48-PoEP Switch, revision RA.15.05.0006, ROM RA.15.10",
            "E.11.2.36.1.1.2.9.0|4|CN12345678", "hp", "E2620-48-PoEP Switch", "access-switch", "ArubaOS-Switch",
            "RA.15.05.0006", "CN12345678"),
        Case(
            "Ruijie", "4881.1.1.10.1.126",
            "Ruijie 10G Ethernet Switch(S5750C-28GT4XS-H) by Ruijie Networks",
            "E.4881.1.1.10.2.1.1.2.0|4|RGOS 11.4(1)B12P11",
            "ruijie", "S5750C-28GT4XS-H", "access-switch", "RGOS", "RGOS 11.4(1)B12P11", nil),
        Case(
            "DrayTek", "7367",
            "DrayTek Corporation, Router Model: Vigor2926 Series, Version: 3.9.1_BT, Build Date/Time:Feb 19 2019",
            "", "draytek", "Vigor2926 Series", "router", "DrayOS", "3.9.1_BT", nil),
    ]

    static let others = [
        Case(
            "FortiGate", "12356.101.1.1004", "",
            "E.12356.100.1.1.1.0|4|FG100D3G12345678\nE.12356.101.4.1.1.0|4|v6.2.3,build1066,191218 (GA)\nE.12356.101.4.1.3.0|66|3",
            "fortinet", "FortiGate-100D", "firewall", "FortiOS", "6.2.3", "FG100D3G12345678"),
        Case(
            "BIG-IP", "3375.2.1.3.4.43", "BIG-IP 2000 : Linux 2.6.32-431.56.1.el6.f5.x86_64",
            "E.3375.2.1.3.3.3.0|4|f5-abcd-efgh\nE.3375.2.1.3.5.2.0|4|BIG-IP 2000\nE.3375.2.1.4.2.0|4|12.1.2", "f5",
            "BIG-IP 2000", "load-balancer", "F5 TMOS", "12.1.2", "f5-abcd-efgh"),
        Case(
            "ESXi", "6876.4.1", "VMware ESXi 6.7.0 build-13006603 VMware, Inc. x86_64",
            "E.6876.1.1.0|4|VMware ESXi\nE.6876.1.2.0|4|6.7.0", "vmware", nil, "server", "VMware ESXi", "6.7.0", nil),
        Case(
            "iDRAC", "674.10892.5", "",
            "E.674.10892.5.1.3.2.0|4|7XYZ123\nE.674.10892.5.1.3.12.0|4|PowerEdge R640\nE.674.10892.5.1.1.8.0|4|4.10.10.10",
            "dell",
            "PowerEdge R640", "server", "iDRAC", "4.10.10.10", "7XYZ123"),
        Case(
            "Synology behind net-snmp", "8072.3.2.10",
            "Linux nas 3.10.105 #25556 SMP Thu Mar 12 18:00:50 CST 2020 x86_64",
            "E.6574.1.5.1.0|4|DS918+\nE.6574.1.5.2.0|4|1780PDN123456\nE.6574.1.5.3.0|4|DSM 6.2-25556", "synology",
            "DS918+",
            "storage", "DSM", "6.2-25556", "1780PDN123456"),
        Case(
            "Windows Server 2019", "311.1.1.3.1.2",
            "Hardware: Intel64 Family 6 Model 85 Stepping 4 AT/AT COMPATIBLE - Software: Windows Version 6.3 (Build 17763 Multiprocessor Free)",
            "M.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5\nM.25.3.2.1.3.1|4|Microsoft Print To PDF", "microsoft", nil,
            "server",
            "Windows Server 2019", "10.0.17763", nil),
        Case(
            "printer", "11.2.3.9.1",
            "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,JD153,EEPROM JSI24260012,CIDATE 08/03/2017",
            "M.25.3.2.1.2.1|6|1.3.6.1.2.1.25.3.1.5\nM.25.3.2.1.3.1|4|HP LaserJet M402dn\nM.43.5.1.1.1.1|65|3\nM.43.5.1.1.17.1|4|PHB1234567",
            "hp", "LaserJet M402dn", "printer", nil, nil, "PHB1234567"),
        Case(
            "Smart-UPS", "318.1.3.27",
            "APC Web/SNMP Management Card (MB:v4.0.1 PF:v6.0.6 PN:apc_hw05_aos_606.bin AF1:v6.0.6)",
            "E.318.1.1.1.1.1.1.0|4|Smart-UPS X 3000\nE.318.1.1.1.1.2.3.0|4|AS1234567890\nE.318.1.1.1.1.2.1.0|4|UPS 04.1\nE.318.1.1.1.2.2.1.0|66|97\nE.318.1.1.1.2.2.3.0|67|360000",
            "apc", "Smart-UPS X 3000", "ups", "APC AOS", "UPS 04.1", "AS1234567890"),
        Case(
            "Eaton ePDU", "534.6.6.7", "Eaton ePDU", "E.534.6.6.7.1.2.1.2.0|4|EMIH10\nE.534.6.6.7.1.2.1.4.0|4|H123456",
            "eaton", "EMIH10", "pdu", nil, nil, "H123456"),
        Case(
            "Check Point", "2620.1.6.123.1.62", "Linux fw1 3.10.0-957.21.3cpx86_64 #1 SMP x86_64",
            "E.2620.1.6.4.1.0|4|R80.30\nE.2620.1.6.16.3.0|4|LR201907\nE.2620.1.6.16.7.0|4|Check Point 5200",
            "check-point", "5200",
            "firewall", "Gaia", "R80.30", "LR201907"),
        Case(
            "a maker we know and nothing more", "4196.1.1.8.3.100", "SIMATIC NET 400, Firmware Version V4.2", "",
            "siemens",
            "SIMATIC NET 400, Firmware Version V4.2", nil, nil, "V4.2", nil),
        Case(
            "OpenManage on Windows", "311.1.1.3.1.2",
            "Hardware: Intel64 - Software: Windows Version 10.0 (Build 20348 Multiprocessor Free)",
            "E.674.10892.1.300.10.1.9.1|4|PowerEdge R750\nE.674.10892.1.300.10.1.11.1|4|ABC1234", "dell",
            "PowerEdge R750",
            "server", "Windows Server 2022", "10.0.20348", "ABC1234"),
        Case(
            "VyOS", "44641", "VyOS 1.3.0-epa2", "", "vyos", nil, "router", "VyOS", "1.3.0-epa2", nil),
    ]

    @Test("a device of each kind is recognised", arguments: network + others)
    func kinds(kind: Case) async throws {
        let device = try await AskedAgent.identify(kind.rows)
        let found = [
            device.manufacturer?.value.slug, device.model?.value, device.role?.value, device.platform?.value,
            device.osVersion?.value, device.serial?.value,
        ]
        #expect(found == kind.expected)
    }
}
