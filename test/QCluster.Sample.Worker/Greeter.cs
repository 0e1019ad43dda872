namespace QCluster.Sample.Worker;

public sealed class Greeter
{
    public string Greeting => "hello";
}
