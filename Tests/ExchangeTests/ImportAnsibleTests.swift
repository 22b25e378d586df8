import CMDB
import Exchange
import Notation
import TestSupport
import Testing

@Suite("Ansible comes in", .tags(.small))
struct ImportAnsibleTests {
    static let base = """
        sites: [{slug: hall, name: Hall}]
        device_roles: [{slug: server, name: Server}]
        manufacturers: [{name: Dell}]
        device_types: [{slug: r650, manufacturer: dell, model: R650}]
        clusters: [{slug: pve, name: PVE, type: proxmox}]
        prefixes: [{prefix: 10.1.0.0/24}]

        """
    static let inventory = """
        all:
          vars:
            ntp: [10.1.0.1]
            ansible_connection: ssh
          hosts:
            jump: {ansible_host: jump.example.vn, ansible_port: 2222, ansible_user: ops}
          children:
            web:
              hosts:
                web[01:03]: {site: hall, role: server, device_type: r650}
                web02:
                  ansible_host: 10.1.0.12
                  app_port: 8080
              vars: {tier: front}
              children:
                edge:
                  hosts: {web03: }
            vms:
              hosts:
                vm1: {cluster: pve, vcpus: 2, memory: 4096, ansible_host: 10.9.9.9}

        """

    private func sources(_ text: String = inventory) -> [ImportSource] {
        [
            Importing.source("inv/hosts.yml", text),
            Importing.source("inv/group_vars/web.yml", "tier: middle\ncolour: blue\n"),
            Importing.source("inv/host_vars/web01.yml", "description: from host_vars\nserial: '0123'\n"),
        ]
    }

    @Test("Hosts become devices and virtual machines, groups tags, variables contexts") func hosts() throws {
        let made = try Importing.load(sources(), onto: try ExportWorld.load([Self.base]))
        #expect(made.snapshot.objects(.device).map(\.id.key) == ["jump", "web01", "web02", "web03"])
        let first = try #require(made.snapshot[ObjectID(.device, "web01")])
        #expect(first["serial"] == "0123")
        #expect(first["description"] == "from host_vars")
        #expect(first["tags"] == ["web"])
        #expect(made.snapshot[ObjectID(.device, "web03")]?["tags"] == ["edge", "web"])
        let second = try #require(made.snapshot[ObjectID(.device, "web02")])
        #expect(second["primary_ip4"] == "10.1.0.12")
        #expect(second["local_context_data"] == ["app_port": 8080])
        #expect(made.snapshot[ObjectID(.ipAddress, "10.1.0.12/24")]?["assigned_object"] == "web02:primary")
        let jump = try #require(made.snapshot[ObjectID(.device, "jump")])
        #expect(jump["monitoring"] == ["ssh_port": 2222, "ssh_user": "ops"])
        #expect(jump["custom_fields"] == ["ansible_host": "jump.example.vn"])
        #expect(jump["site"] == "hall", "the only site")
        #expect(jump["role"] == "unclassified")
        let machine = try #require(made.snapshot[ObjectID(.virtualMachine, "vm1")])
        #expect(machine["cluster"] == "pve")
        #expect(machine["vcpus"] == 2)
        let context = try #require(made.snapshot[ObjectID(.configContext, "ansible-web")])
        #expect(context["data"] == ["tier": "middle", "colour": "blue"], "group_vars go before vars")
        #expect(context["object_tags"] == ["web"])
        #expect(made.snapshot[ObjectID(.configContext, "ansible-all")]?["data"] == ["ntp": ["10.1.0.1"]])
        #expect(made.warnings.contains { $0.contains("ansible_connection") })
        #expect(made.warnings.contains { $0.contains("vm1 (10.9.9.9)") })
        #expect(made.warnings.contains { $0.contains("1 hosts have no role") })
        let again = try Importing.load(sources(), onto: made.snapshot)
        #expect(again.plan.isEmpty, "\(again.plan.changes.map { "\($0.id) \($0.differences)" })")
    }

    @Test(
        "Secrets are refused with their place, and not shown",
        arguments: [
            ("ansible_password: hunter2", "hosts.yml:4:"), ("ansible_become_pass: hunter2", "hosts.yml:4:"),
            ("db: {password: hunter2}", "hosts.yml:4:"), ("snmp_community: hunter2", "hosts.yml:4:"),
            ("key: !vault |\n            $ANSIBLE_VAULT;1.1;AES256\n            hunter2", "hosts.yml:4:"),
        ])
    func secrets(_ line: String, _ place: String) throws {
        let text =
            "all:\n  vars:\n    a: 1\n    \(line)\n  hosts:\n    h: {site: hall, role: server, device_type: r650}\n"
        let errors = Importing.errors(
            [Importing.source("inv/hosts.yml", text)], onto: try ExportWorld.load([Self.base]))
        #expect(errors.count == 1, "\(errors)")
        #expect(errors.first?.contains(place) ?? false)
        #expect(!errors.joined().contains("hunter2"))
        #expect(errors.first?.contains("secret://") ?? false)
    }

    @Test("References to secrets stay") func references() throws {
        let text = "all:\n  hosts:\n    h: {site: hall, role: server, device_type: r650, api_token: \"secret://api\"}\n"
        let made = try Importing.load(
            [Importing.source("inv/hosts.yml", text)], onto: try ExportWorld.load([Self.base]))
        #expect(made.snapshot[ObjectID(.device, "h")]?["local_context_data"] == ["api_token": "secret://api"])
    }

    @Test(
        "What Ansible itself would not read is refused with its place",
        arguments: [
            ("all:\n  host: {a: }\n", "hosts.yml:2:3", "did you mean \"hosts\"?"),
            ("all:\n  hosts: web01\n", "hosts.yml:2:10", "one host per line"),
            ("all:\n  hosts:\n    web[10:01]:\n", "hosts.yml:3:5", "is no range"),
            ("all:\n  hosts:\n    w[1:99999999999]:\n", "hosts.yml:3:5", "is no range"),
            ("all:\n  hosts:\n    w[1:2:\n", "hosts.yml:3:5", "is no range"),
        ])
    func refused(_ text: String, _ place: String, _ problem: String) throws {
        let errors = Importing.errors(
            [Importing.source("inv/hosts.yml", text)], ImportOptions(format: .ansible),
            onto: try ExportWorld.load([Self.base]))
        #expect(errors.contains { $0.contains(place) && $0.contains(problem) }, "\(errors)")
    }

    @Test("Groups that go in a circle end, ranges have steps and letters") func circles() throws {
        let text =
            "all:\n  children:\n    a: {children: {b: }}\n    b: {children: {a: }, hosts: {\"n[a:c:2]x[1:2]\": {site: hall, role: server, device_type: r650}}}\n"
        let made = try Importing.load(
            [Importing.source("inv/hosts.yml", text)], onto: try ExportWorld.load([Self.base]))
        #expect(made.snapshot.objects(.device).map(\.id.key) == ["nax1", "nax2", "ncx1", "ncx2"])
        #expect(made.snapshot.objects(.device).first?["tags"] == ["a", "b"])
    }

    @Test("What is exported for Ansible comes in onto the same inventory") func export() throws {
        let world = try ExportWorld.load([
            Self.base
                + "devices: [{name: s1, role: server, device_type: r650, site: hall, interfaces: [{name: e0, ip_addresses: [{address: 10.1.0.5/24, primary: true}]}]}]\n"
        ])
        let text = try JSONValue.parse(
            "{\"_meta\": {\"hostvars\": {\"s1\": {\"ansible_host\": \"10.1.0.5\", \"sites\": [\"hall\"], \"device_roles\": [\"server\"], \"device_types\": [\"r650\"], \"is_virtual\": false, \"status\": {\"value\": \"active\", \"label\": \"Active\"}}}}, \"all\": {\"children\": [\"device_roles_server\"]}, \"device_roles_server\": {\"hosts\": [\"s1\"]}}"
        ).pretty
        let made = try Importing.load([Importing.source("list.json", text)], onto: world)
        #expect(made.plan.isEmpty, "\(made.plan.changes.map { "\($0.verb) \($0.id) \($0.differences)" })")
    }
}
