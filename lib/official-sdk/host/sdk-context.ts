import type { VisitUser } from '../../client/index.js';

/** The user as the SDK's own copy: it writes into what it is given. */
export function sdkContextOf(user: VisitUser): object {
  const { id, userAgent, ipAddress, sessionId, bucketingSeed, isDevMode, postSegmentationVariables, _vwo } = user;
  const { customVariables, variationTargetingVariables, platformVariables } = user;
  return {
    id,
    userAgent,
    ipAddress,
    sessionId,
    ...(bucketingSeed !== undefined && { bucketingSeed }),
    ...(isDevMode !== undefined && { isDevMode }),
    ...(customVariables && { customVariables: { ...customVariables } }),
    ...(variationTargetingVariables && { variationTargetingVariables: { ...variationTargetingVariables } }),
    ...(platformVariables && { platformVariables: { ...platformVariables } }),
    ...(postSegmentationVariables && { postSegmentationVariables: [...postSegmentationVariables] }),
    ...(_vwo && { _vwo: { ..._vwo } }),
  };
}
