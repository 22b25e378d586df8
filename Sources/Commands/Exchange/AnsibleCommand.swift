import ArgumentParser
import CMDB
import Exchange
import Notation

/// The inventory as Ansible asks for it.
struct AnsibleCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "ansible", abstract: "Answer Ansible as an inventory script does.",
        discussion: """
            Groups and variables bear the names of NetBox's inventory plugin: role_firewall, site_ttdl, ansible_host, \
            primary_ip4, custom_fields, config_context, interfaces, services. `Scripts/ansible-inventory` is an \
            executable inventory for `ansible -i`; it takes its selector from HATANG_ANSIBLE_TARGET.

            Examples:
              hatang inventory ansible --list
              hatang inventory ansible --host web-01
              ansible-playbook -i Scripts/ansible-inventory site.yml

            Exit codes: 0 answered, 6 no machine, or no host of that name.
            """)
    @Flag(help: "All groups, with the variables of all hosts.") var list = false
    @Option(help: "The variables of one host.", completion: .custom(ObjectCompletion.complete)) var host: String?
    @Option(
        help: "Selector; default: all devices and virtual machines.",
        completion: .custom(SelectorArgument.completeMachines))
    var target: String?
    @Flag(help: "Plural names of groups and variables, as the plugin has them by default.") var plurals = false
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if list == (host != nil) { throw ValidationError("give either --list or --host NAME") }
    }

    func run(in session: Session) async throws {
        let snapshot = try session.inventory(session.database())
        let kinds: [Kind] = [.device, .virtualMachine]
        let objects =
            try target.map { try session.chosen($0, in: snapshot, defaults: kinds) }
            ?? kinds.flatMap { snapshot.objects($0) }
        let machines = objects.filter { kinds.contains($0.id.kind) }
        guard !machines.isEmpty else { throw CommandFailure(.nothingToDo, "there are 0 devices and virtual machines") }
        let inventory = Self.inventory(machines, snapshot, plurals: plurals)
        guard let host else { return Console.output.out(inventory.list.pretty + "\n") }
        guard let variables = inventory.variables(of: host) else {
            throw CommandFailure(
                .nothingToDo,
                "there is no host \"\(host)\" among \(machines.count): "
                    + NearestName.hint(host, in: machines.map(\.id.key), otherwise: "see --list"))
        }
        Console.output.out(variables.pretty + "\n")
    }

    static func inventory(_ machines: [Object], _ snapshot: Snapshot, plurals: Bool) -> AnsibleInventory {
        AnsibleInventory(machines, in: snapshot, plurals: plurals) { ConfigContexts(of: $0, in: snapshot).data }
    }
}
