import type { AnyRule } from '@halint/model';
import crossBackendAddressVsListenaddress from './cross/backend-address-vs-listenaddress.ts';
import crossBackendPointsAtVip from './cross/backend-points-at-vip.ts';
import crossBackendPortVsSshdPort from './cross/backend-port-vs-sshd-port.ts';
import crossBindAddressNotLocal from './cross/bind-address-not-local.ts';
import crossBindMappedV6only from './cross/bind-mapped-v6only.ts';
import crossBindVipWithoutNonlocal from './cross/bind-vip-without-nonlocal.ts';
import crossFailoverWeightTooSmall from './cross/failover-weight-too-small.ts';
import crossFirewallBlocksService from './cross/firewall-blocks-service.ts';
import crossFirewallBlocksVrrp from './cross/firewall-blocks-vrrp.ts';
import crossMaxconnVsNofile from './cross/maxconn-vs-nofile.ts';
import crossNonlocalBindHidesTypo from './cross/nonlocal-bind-hides-typo.ts';
import crossRsyslogChrootSocketMissing from './cross/rsyslog-chroot-socket-missing.ts';
import crossRsyslogFacilityMismatch from './cross/rsyslog-facility-mismatch.ts';
import crossRsyslogUdpExposed from './cross/rsyslog-udp-exposed.ts';
import crossRsyslogUdpInputMissing from './cross/rsyslog-udp-input-missing.ts';
import crossSelinuxHaproxyConnectAny from './cross/selinux-haproxy-connect-any.ts';
import crossSendProxyToSshd from './cross/send-proxy-to-sshd.ts';
import crossSshSocketOverridesListenaddress from './cross/ssh-socket-overrides-listenaddress.ts';
import crossSshdAndHaproxySharePort from './cross/sshd-and-haproxy-share-port.ts';
import crossSshdListenaddressNotLocal from './cross/sshd-listenaddress-not-local.ts';
import crossSshdListensOnVip from './cross/sshd-listens-on-vip.ts';
import crossSshdWildcardVsHaproxyBind from './cross/sshd-wildcard-vs-haproxy-bind.ts';
import crossTrackScriptMissingOnPeer from './cross/track-script-missing-on-peer.ts';
import crossVrrpCheckNotHaproxy from './cross/vrrp-check-not-haproxy.ts';
import crossVrrpCheckTargetsVip from './cross/vrrp-check-targets-vip.ts';
import fleetVipIsRealAddress from './fleet/vip-is-real-address.ts';
import fleetVrrpAdvertIntMismatch from './fleet/vrrp-advert-int-mismatch.ts';
import fleetVrrpAuthDiffersAfter8 from './fleet/vrrp-auth-differs-after-8.ts';
import fleetVrrpAuthMismatch from './fleet/vrrp-auth-mismatch.ts';
import fleetVrrpBothStateMaster from './fleet/vrrp-both-state-master.ts';
import fleetVrrpEqualPriority from './fleet/vrrp-equal-priority.ts';
import fleetVrrpStatePriorityInverted from './fleet/vrrp-state-priority-inverted.ts';
import fleetVrrpUnicastMulticastMixed from './fleet/vrrp-unicast-multicast-mixed.ts';
import fleetVrrpUnicastPeerMissing from './fleet/vrrp-unicast-peer-missing.ts';
import fleetVrrpVersionMismatch from './fleet/vrrp-version-mismatch.ts';
import fleetVrrpVipListMismatch from './fleet/vrrp-vip-list-mismatch.ts';
import fleetVrrpVridMismatch from './fleet/vrrp-vrid-mismatch.ts';
import haproxyServerWithoutCheck from './haproxy/server-without-check.ts';
import sysctlOverriddenByLaterFile from './sysctl/overridden-by-later-file.ts';
import sysctlValueDiffersAtBoot from './sysctl/value-differs-at-boot.ts';
import systemFileNotRead from './system/file-not-read.ts';
import systemLowPortWithoutCapability from './system/low-port-without-capability.ts';
import systemSelinuxSshPort from './system/selinux-ssh-port.ts';
import systemServiceNotEnabled from './system/service-not-enabled.ts';
import systemSshdExit255NotRestarted from './system/sshd-exit-255-not-restarted.ts';
import systemSshdOptionRefused from './system/sshd-option-refused.ts';
import systemStartedFileMissing from './system/started-file-missing.ts';
import vrrpNopreemptWithWeightedTrack from './vrrp/nopreempt-with-weighted-track.ts';
import vrrpScriptNotViaShell from './vrrp/script-not-via-shell.ts';
import vrrpScriptPidofIsKillall5 from './vrrp/script-pidof-is-killall5.ts';
import vrrpScriptSecurityNotEnabled from './vrrp/script-security-not-enabled.ts';

/** Every rule, in the order of their ids. */
export const rules: readonly AnyRule[] = [
  crossBackendAddressVsListenaddress,
  crossBackendPointsAtVip,
  crossBackendPortVsSshdPort,
  crossBindAddressNotLocal,
  crossBindMappedV6only,
  crossBindVipWithoutNonlocal,
  crossFailoverWeightTooSmall,
  crossFirewallBlocksService,
  crossFirewallBlocksVrrp,
  crossMaxconnVsNofile,
  crossNonlocalBindHidesTypo,
  crossRsyslogChrootSocketMissing,
  crossRsyslogFacilityMismatch,
  crossRsyslogUdpExposed,
  crossRsyslogUdpInputMissing,
  crossSelinuxHaproxyConnectAny,
  crossSendProxyToSshd,
  crossSshSocketOverridesListenaddress,
  crossSshdAndHaproxySharePort,
  crossSshdListenaddressNotLocal,
  crossSshdListensOnVip,
  crossSshdWildcardVsHaproxyBind,
  crossTrackScriptMissingOnPeer,
  crossVrrpCheckNotHaproxy,
  crossVrrpCheckTargetsVip,
  fleetVipIsRealAddress,
  fleetVrrpAdvertIntMismatch,
  fleetVrrpAuthDiffersAfter8,
  fleetVrrpAuthMismatch,
  fleetVrrpBothStateMaster,
  fleetVrrpEqualPriority,
  fleetVrrpStatePriorityInverted,
  fleetVrrpUnicastMulticastMixed,
  fleetVrrpUnicastPeerMissing,
  fleetVrrpVersionMismatch,
  fleetVrrpVipListMismatch,
  fleetVrrpVridMismatch,
  haproxyServerWithoutCheck,
  sysctlOverriddenByLaterFile,
  sysctlValueDiffersAtBoot,
  systemFileNotRead,
  systemLowPortWithoutCapability,
  systemSelinuxSshPort,
  systemServiceNotEnabled,
  systemSshdExit255NotRestarted,
  systemSshdOptionRefused,
  systemStartedFileMissing,
  vrrpNopreemptWithWeightedTrack,
  vrrpScriptNotViaShell,
  vrrpScriptPidofIsKillall5,
  vrrpScriptSecurityNotEnabled,
];

export { daemonChecks, type DaemonCheck } from './daemon-checks.ts';
