#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <exception>

#include "app/commands.hpp"

int main(int argc, char** argv) {
    using namespace noren::app;
    std::signal(SIGPIPE, SIG_IGN);

    CLI::App app("Noren: many shops, each with its own noren, over one core", "noren");
    app.require_subcommand(1);
    app.set_version_flag("--version", "noren 0.1.0");
    app.fallthrough();
    Whereabouts whereabouts;
    app.add_option("-c,--config", whereabouts.configuration, "noren.yaml, or the folder that holds it")
        ->capture_default_str();
    app.add_option("--plugins", whereabouts.plugins, "folders of plugins, instead of the configuration's");
    bool json = false;
    int code = 2;

    auto* serve_command = app.add_subcommand("serve", "serve every storefront and the console");
    ServeOptions serve_options;
    serve_command->add_option("--port", serve_options.port, "instead of the configuration's; 0 takes a free one");
    serve_command->callback([&] {
        serve_options.whereabouts = whereabouts;
        code = serve(serve_options);
    });

    auto* check_command =
        app.add_subcommand("check", "say everything that is wrong with the configuration, and start nothing");
    check_command->add_flag("--json", json, "for programs");
    check_command->callback([&] { code = check(whereabouts, json); });

    std::string storefront;
    std::string subject;
    auto* explain_command = app.add_subcommand("explain", "say what was decided about an order, and by which line");
    explain_command->add_option("order", subject, "the order's number")->required();
    explain_command->add_option("-s,--storefront", storefront, "the storefront")->required();
    explain_command->add_flag("--json", json, "for programs");
    explain_command->callback([&] { code = explain(whereabouts, storefront, subject, json); });

    std::vector<std::string> files;
    auto* try_command =
        app.add_subcommand("try", "run scenarios on a virtual clock, in memory, with simulated gateways");
    try_command->add_option("files", files, "scenarios")->required()->check(CLI::ExistingFile);
    try_command->add_flag("--json", json, "for programs");
    try_command->callback([&] { code = try_scenarios(whereabouts, files, json); });

    auto* verify_command =
        app.add_subcommand("verify", "recompute money, stock and reservations, and say what disagrees");
    verify_command->add_option("-s,--storefront", storefront, "only this storefront");
    verify_command->add_flag("--json", json, "for programs");
    verify_command->callback([&] { code = verify(whereabouts, storefront, json); });

    ImportOptions import_options;
    auto* import_command =
        app.add_subcommand("import", "import a product feed (Google Merchant's columns, tab-separated or XML)");
    import_command->add_option("file", import_options.file, "the feed")->required()->check(CLI::ExistingFile);
    import_command->add_option("-s,--storefront", import_options.storefront, "the storefront")->required();
    import_command->add_flag("--strict", import_options.strict, "import nothing when any row is bad");
    import_command->add_flag("--json", import_options.json, "for programs");
    import_command->callback([&] {
        import_options.whereabouts = whereabouts;
        code = import_feed(import_options);
    });

    ExportOptions export_options;
    std::string format = "tsv";
    auto* export_command = app.add_subcommand("export", "write the catalogue as a product feed to standard output");
    export_command->add_option("-s,--storefront", export_options.storefront, "the storefront")->required();
    export_command->add_option("--format", format, "tsv (the default) or xml")->check(CLI::IsMember({"tsv", "xml"}));
    export_command->callback([&] {
        export_options.whereabouts = whereabouts;
        export_options.xml = format == "xml";
        code = export_feed(export_options);
    });

    auto* config_command = app.add_subcommand("config", "look at the configuration");
    config_command->require_subcommand(1);
    auto* effective_command = config_command->add_subcommand(
        "effective", "values as they hold, where each is written, and what they override");
    effective_command->add_option("-s,--storefront", storefront, "the storefront")->required();
    effective_command->add_option("-k,--key", subject, "only what stands at this path, such as payment.due");
    effective_command->callback([&] { code = show_config(whereabouts, storefront, subject); });
    std::filesystem::path schema_folder = "config/schema";
    auto* schema_command =
        config_command->add_subcommand("schema", "write the JSON Schemas that editors complete configuration by");
    schema_command->add_option("folder", schema_folder, "where to")->capture_default_str();
    schema_command->callback([&] { code = write_schemas(whereabouts, schema_folder); });

    auto* plugin_command = app.add_subcommand("plugin", "look at plugins");
    plugin_command->require_subcommand(1);
    auto* list_command = plugin_command->add_subcommand("list", "what is there");
    list_command->add_flag("--json", json, "for programs");
    list_command->callback([&] { code = list_plugins(whereabouts, json); });

    auto* staff_command = app.add_subcommand("staff", "who may use the console");
    staff_command->require_subcommand(1);
    StaffOptions staff_options;
    const auto staff_subcommand = [&](const char* name, const char* what, int (*run)(const StaffOptions&)) {
        auto* made = staff_command->add_subcommand(name, what);
        made->add_option("email", staff_options.email, "who")->required();
        made->add_option("--qr", staff_options.qr, "write the authenticator's QR code to this file, as SVG");
        made->callback([&, run] {
            staff_options.whereabouts = whereabouts;
            code = run(staff_options);
        });
        return made;
    };
    staff_subcommand(
        "add",
        "add a member of staff; the password is read from standard input (and from a second line, if there "
        "is one, the authenticator's secret)",
        add_staff)
        ->add_option("--role", staff_options.role, "owner, manager, support, warehouse or read_only")
        ->capture_default_str();
    staff_subcommand("reset-totp", "give them a new authenticator and recovery codes; the old ones end", reset_totp);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "noren: %s\n", error.what());
        return 2;
    }
    return code;
}
