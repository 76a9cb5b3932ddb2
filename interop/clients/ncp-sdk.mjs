import sdk from "ncp-sdk"

export const make = ({ accessKey, from, secretKey, serviceId }) => {
  const client = new sdk.NcloudSDK({ accessKey, secretKey, smsKey: serviceId })
  return { send: (options) => client.sendSMS({ sender: from, ...options }) }
}
