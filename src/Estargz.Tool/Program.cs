return await Estargz.Tool.CommandLine.RunAsync(args);
