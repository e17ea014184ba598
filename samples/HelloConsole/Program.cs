Console.WriteLine("Hello World!");
