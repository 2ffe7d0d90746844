const PREFIX = 'feed_';

/** Channel of Postgres on which the relay says that a tenant's feed has grown. */
export const feedChannel = (tenantId: string) => PREFIX + tenantId;

/** The tenant of a channel. */
export const tenantOfChannel = (channel: string) => channel.slice(PREFIX.length);

/** SQL expression of {@link feedChannel}. @param tenantId SQL expression of the tenant's id */
export const feedChannelSql = (tenantId: string) => `'${PREFIX}' || ${tenantId}`;
