import { Controller, Get } from '@nestjs/common';
import { RequireFlag, VwoUser, type VwoUserContext } from 'nestjs-vwo';

@Controller('beta')
@RequireFlag('beta-area')
export class BetaController {
  /** Whoever does not have the flag gets the same 404 as for a route that does not exist. */
  @Get()
  beta(@VwoUser() user: VwoUserContext | undefined) {
    return { user: user?.id ?? null, message: 'The next harvest, before anybody else' };
  }
}
