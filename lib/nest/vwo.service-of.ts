import type { ClientName } from '../model/index.js';
import type { ReadsFlags } from './reads-flags.js';
import type { VwoService } from './vwo.service.js';

/**
 * The `VwoService` of a client with a name, with the flags that are known of that client (`VwoClientFlags`); of `string`, with any:
 * `constructor(@InjectVwo('partners') private readonly vwo: VwoServiceOf<'partners'>)`.
 */
export type VwoServiceOf<Client extends ClientName> = Omit<VwoService, keyof ReadsFlags<Client>> & ReadsFlags<Client>;
