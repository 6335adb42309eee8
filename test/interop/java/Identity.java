import software.amazon.awssdk.services.sts.StsClient;

/** Prints who we are for AWS, as the default chain has it. */
public final class Identity {
  public static void main(String[] arguments) {
    try (StsClient sts = StsClient.create()) {
      System.out.println(sts.getCallerIdentity().arn());
    }
  }
}
