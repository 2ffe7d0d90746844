/** Names a channel, and says what its messages consist of. */
export interface ChannelKey<Content> {
  readonly name: string;
  /** Only for the type. */
  readonly content?: Content;
}

/** A way out of the product, such as mail. */
export interface OutboundChannel<Content = unknown> {
  readonly key: ChannelKey<Content>;
  /**
   * Sends a message.
   * @param id the message's permanent identifier, by which the receiver can recognize a repetition
   * @throws PermanentError when it was refused for good, UncertainError when it may have arrived. After any other error it is
   *   sent again, so such an error must mean that the message did not arrive.
   */
  send(content: Content, id: string): Promise<void>;
}

/** The channels of this process. */
export class OutboundChannels {
  private readonly channels = new Map<string, OutboundChannel>();

  /** Adds a channel. @throws Error when the name is taken */
  register(channel: OutboundChannel<any>): void {
    const { name } = channel.key;
    if (this.channels.has(name)) throw new Error(`two channels are named "${name}": keep one`);
    this.channels.set(name, channel);
  }

  /** @throws Error for a channel that nobody has registered */
  get(name: string): OutboundChannel {
    const channel = this.channels.get(name);
    if (!channel) throw new Error(`there is no channel "${name}": register it`);
    return channel;
  }
}
